import { type CborValue, encodeCanonical } from '../../src/codec/cbor.js';
import { encodeReadiness } from '../../src/ownership/artifact-codec.js';
import type {
  OwnershipCapability,
  OwnershipReceipt,
  ReadinessWitness,
} from '../../src/ownership/capability.js';
import { describeReason } from '../../src/ownership/ending.js';
import type { OwnershipEntry } from '../../src/ownership/entry.js';
import { decodeEntry } from '../../src/ownership/entry-codec.js';
import type { OwnershipScope } from '../../src/ownership/scope.js';
import { scopeText } from '../oracles/authority-facts.js';
import type { Fact } from '../oracles/facts.js';
import { bytesDigest } from './bytes-digest.js';

/** What an entry of the ownership room says, for the oracles. */
export function tellOwnership(value: CborValue, node: string): Fact {
  const entry: OwnershipEntry = decodeEntry(value);
  const { atMs } = entry;
  switch (entry.kind) {
    case 'capability_issued': {
      const { capability, lease, policy, origin } = entry;
      const scope = textOf(capability.scope);
      const request = origin.kind === 'claim' ? origin.requestId : '';
      const by = { policy, request } as const;
      return { kind: 'log.capability-issued', node, ...tenure(capability), scope, ...lease, ...by, atMs };
    }
    case 'capability_invalidated': {
      const { capability, reason } = entry;
      return { kind: 'log.capability-invalidated', node, ...tenure(capability), reason, atMs };
    }
    case 'capability_used': {
      const { capability, act } = entry;
      return { kind: 'log.capability-used', node, ...tenure(capability), act, atMs };
    }
    case 'lease_renewed': {
      const { capability, lease } = entry;
      return { kind: 'log.lease-renewed', node, ...tenure(capability), ...lease, atMs };
    }
    case 'lease_expired':
      return { kind: 'log.lease-expired', node, ...tenure(entry.capability), atMs };
    case 'receipt_issued':
      return receipt(entry.receipt, node, 'issued', entry.expiresAtMs, atMs);
    case 'receipt_committed':
      return receipt(entry.receipt, node, 'committed', 0, atMs);
    case 'receipt_rolled_back':
      return receipt(entry.receipt, node, 'rolled_back', 0, atMs);
    case 'receipt_expired':
      return receipt(entry.receipt, node, 'expired', 0, atMs);
    case 'readiness_issued':
      return readiness(entry.witness, node, 'issued', atMs);
    case 'readiness_consumed':
      return readiness(entry.witness, node, 'consumed', atMs);
    case 'readiness_invalidated':
      return readiness(entry.witness, node, 'invalidated', atMs);
    case 'session_ended': {
      const { sessionId: session, ownerId: owner, generation } = entry.witness;
      const reason = describeReason(entry.reason);
      return { kind: 'log.session-ended', node, session, owner, generation, reason, atMs };
    }
    case 'denied': {
      const { act, sessionId: session, ownerId: owner, code } = entry;
      return { kind: 'log.denied', node, act, session, owner, code, atMs };
    }
    case 'session_archived':
      return { kind: 'log.session-archived', node, session: entry.sessionId };
    case 'session_forgotten':
      return { kind: 'log.session-forgotten', node, session: entry.sessionId };
    case 'audit_archived':
      return { kind: 'log.audit-archived', node, throughSeq: entry.throughSeq };
  }
}

function tenure({ sessionId: session, ownerId: owner, generation }: OwnershipCapability): {
  readonly session: string;
  readonly owner: string;
  readonly generation: number;
} {
  return { session, owner, generation };
}

function receipt(
  told: OwnershipReceipt,
  node: string,
  standing: 'issued' | 'committed' | 'rolled_back' | 'expired',
  expiresAtMs: number,
  atMs: number,
): Fact {
  const { sessionId: session, fromOwnerId: owner, fromGeneration: generation } = told;
  const { claimId: claim, toOwnerId: toOwner, toGeneration } = told;
  const to = { claim, toOwner, toGeneration, expiresAtMs, atMs } as const;
  return { kind: 'log.receipt', node, session, owner, generation, standing, ...to };
}

function readiness(
  told: ReadinessWitness,
  node: string,
  standing: 'issued' | 'consumed' | 'invalidated',
  atMs: number,
): Fact {
  const { sessionId: session, ownerId: owner, generation, witnessId: witness } = told;
  const terms = bytesDigest(encodeCanonical(encodeReadiness(told)));
  return { kind: 'log.readiness', node, session, owner, generation, standing, witness, terms, atMs };
}

function textOf(scope: OwnershipScope): string {
  return scopeText(scope.kind === 'session' ? null : scope.fragments);
}
