import type { CborRecord, CborValue } from '../codec/cbor.js';
import { readOneOf, readOptional, readRecord, readText, readUnsigned } from '../codec/shape.js';
import {
  decodeCancellation,
  decodeCapability,
  decodeLease,
  decodeOrigin,
  decodeReadiness,
  decodeReason,
  decodeReceipt,
  encodeCancellation,
  encodeCapability,
  encodeLease,
  encodeOrigin,
  encodeReadiness,
  encodeReason,
  encodeReceipt,
} from './artifact-codec.js';
import { ownerLossPolicies } from './ending.js';
import { ownershipStates, type OwnershipEntry, type PresentedArtifact } from './entry.js';

const acts = [
  'claim',
  'renew',
  'use',
  'release',
  'close',
  'attenuate',
  'begin_transfer',
  'commit_transfer',
  'rollback_transfer',
  'abandon_transfer',
  'fail_transfer',
  'issue_readiness',
  'consume_readiness',
] as const;

export function encodeEntry(entry: OwnershipEntry): CborValue {
  return { kind: entry.kind, ...encodeFacts(entry), at_ms: entry.atMs };
}

function encodeFacts(entry: OwnershipEntry): CborRecord {
  switch (entry.kind) {
    case 'capability_issued': {
      const { capability, lease, policy, origin } = entry;
      return {
        capability: encodeCapability(capability),
        lease: encodeLease(lease),
        policy,
        origin: encodeOrigin(origin),
      };
    }
    case 'capability_invalidated':
      return { capability: encodeCapability(entry.capability), reason: entry.reason };
    case 'capability_used':
      return { capability: encodeCapability(entry.capability), act: entry.act };
    case 'lease_renewed':
      return { capability: encodeCapability(entry.capability), lease: encodeLease(entry.lease) };
    case 'lease_expired':
      return { capability: encodeCapability(entry.capability) };
    case 'receipt_issued':
      return { receipt: encodeReceipt(entry.receipt), expires_at_ms: entry.expiresAtMs };
    case 'receipt_committed':
    case 'receipt_expired':
      return { receipt: encodeReceipt(entry.receipt) };
    case 'receipt_rolled_back':
      return { receipt: encodeReceipt(entry.receipt), reason: entry.reason };
    case 'readiness_issued':
    case 'readiness_consumed':
    case 'readiness_invalidated':
      return { witness: encodeReadiness(entry.witness) };
    case 'session_ended':
      return { witness: encodeCancellation(entry.witness), reason: encodeReason(entry.reason) };
    case 'denied': {
      const { act, sessionId, ownerId, presented, code, reason } = entry;
      const shown = presented === null ? null : encodePresented(presented);
      return { act, session_id: sessionId, owner_id: ownerId, presented: shown, code, reason };
    }
    case 'session_archived':
    case 'session_forgotten':
      return { session_id: entry.sessionId };
    case 'audit_archived':
      return { through_seq: entry.throughSeq };
  }
}

/** @throws ShapeError when it is no entry. */
export function decodeEntry(value: CborValue): OwnershipEntry {
  const record = readRecord(value, 'entry');
  const kind = readOneOf(record['kind'], 'entry.kind', ownershipStates);
  const atMs = readUnsigned(record['at_ms'], 'entry.at_ms');
  const text = (key: string) => readText(record[key], `entry.${key}`);
  const capability = () => decodeCapability(record['capability'], 'entry.capability');
  const receipt = () => decodeReceipt(record['receipt'], 'entry.receipt');
  switch (kind) {
    case 'capability_issued': {
      const lease = decodeLease(record['lease'], 'entry.lease');
      const policy = readOneOf(record['policy'], 'entry.policy', ownerLossPolicies);
      const origin = decodeOrigin(record['origin'], 'entry.origin');
      return { kind, capability: capability(), lease, policy, origin, atMs };
    }
    case 'capability_invalidated':
      return { kind, capability: capability(), reason: text('reason'), atMs };
    case 'capability_used':
      return { kind, capability: capability(), act: text('act'), atMs };
    case 'lease_renewed':
      return { kind, capability: capability(), lease: decodeLease(record['lease'], 'entry.lease'), atMs };
    case 'lease_expired':
      return { kind, capability: capability(), atMs };
    case 'receipt_issued': {
      const expiresAtMs = readUnsigned(record['expires_at_ms'], 'entry.expires_at_ms');
      return { kind, receipt: receipt(), expiresAtMs, atMs };
    }
    case 'receipt_committed':
    case 'receipt_expired':
      return { kind, receipt: receipt(), atMs };
    case 'receipt_rolled_back': {
      const reason = readOptional(record['reason'], 'entry.reason', readText);
      return { kind, receipt: receipt(), reason, atMs };
    }
    case 'readiness_issued':
    case 'readiness_consumed':
    case 'readiness_invalidated':
      return { kind, witness: decodeReadiness(record['witness'], 'entry.witness'), atMs };
    case 'session_ended': {
      const witness = decodeCancellation(record['witness'], 'entry.witness');
      return { kind, witness, reason: decodeReason(record['reason'], 'entry.reason'), atMs };
    }
    case 'denied': {
      const act = readOneOf(record['act'], 'entry.act', acts);
      const presented = readOptional(record['presented'], 'entry.presented', decodePresented);
      const [sessionId, ownerId] = [text('session_id'), text('owner_id')];
      return { kind, act, sessionId, ownerId, presented, code: text('code'), reason: text('reason'), atMs };
    }
    case 'session_archived':
    case 'session_forgotten':
      return { kind, sessionId: text('session_id'), atMs };
    case 'audit_archived':
      return { kind, throughSeq: readUnsigned(record['through_seq'], 'entry.through_seq'), atMs };
  }
}

function encodePresented(presented: PresentedArtifact): CborValue {
  switch (presented.kind) {
    case 'capability':
      return { kind: presented.kind, what: encodeCapability(presented.capability) };
    case 'receipt':
      return { kind: presented.kind, what: encodeReceipt(presented.receipt) };
    case 'readiness':
      return { kind: presented.kind, what: encodeReadiness(presented.witness) };
  }
}

function decodePresented(value: CborValue, path: string): PresentedArtifact {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['capability', 'receipt', 'readiness']);
  const what = record['what'];
  switch (kind) {
    case 'capability':
      return { kind, capability: decodeCapability(what, `${path}.what`) };
    case 'receipt':
      return { kind, receipt: decodeReceipt(what, `${path}.what`) };
    case 'readiness':
      return { kind, witness: decodeReadiness(what, `${path}.what`) };
  }
}
