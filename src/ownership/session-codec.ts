import { type CborValue, decode } from '../codec/cbor.js';
import {
  readBytes,
  readEach,
  readOneOf,
  readOptional,
  readRecord,
  readText,
  readUnsigned,
} from '../codec/shape.js';
import {
  decodeCancellation,
  decodeLease,
  decodeOrigin,
  decodeReadiness,
  decodeReason,
  decodeReceipt,
  decodeScope,
  encodeCancellation,
  encodeLease,
  encodeOrigin,
  encodeReadiness,
  encodeReason,
  encodeReceipt,
  encodeScope,
} from './artifact-codec.js';
import { type Ending, ownerLossPolicies } from './ending.js';
import type { ArchivedSession, AuditDigest, Holder, OwnedSession, PendingTransfer } from './state.js';

type Found = CborValue | undefined;

/** What the room holds of one session, as data for a snapshot. The decoders of sessions take the bytes that hold that data. */
export function encodeSession(session: OwnedSession): CborValue {
  const { sessionId, policy, generation, holder, pending, ending, witnesses, audit } = session;
  return {
    session_id: sessionId,
    policy,
    generation,
    holder: holder === null ? null : encodeHolder(holder),
    pending: pending === null ? null : encodePending(pending),
    ending: ending === null ? null : encodeEnding(ending),
    witnesses: [...witnesses.values()].map(encodeReadiness),
    audit: encodeAuditDigest(audit),
  };
}

export function decodeSession(value: Found, path: string): OwnedSession {
  const record = readRecord(decode(readBytes(value, path)), path);
  const witnesses = readEach(record['witnesses'], `${path}.witnesses`, decodeReadiness);
  return {
    sessionId: readText(record['session_id'], `${path}.session_id`),
    policy: readOneOf(record['policy'], `${path}.policy`, ownerLossPolicies),
    generation: readUnsigned(record['generation'], `${path}.generation`),
    holder: readOptional(record['holder'], `${path}.holder`, decodeHolder),
    pending: readOptional(record['pending'], `${path}.pending`, decodePending),
    ending: readOptional(record['ending'], `${path}.ending`, decodeEnding),
    witnesses: new Map(witnesses.map((witness) => [witness.witnessId, witness])),
    audit: decodeAuditDigest(record['audit'], `${path}.audit`),
  };
}

export function encodeArchived({ sessionId, generation, ending, audit }: ArchivedSession): CborValue {
  return { session_id: sessionId, generation, ending: encodeEnding(ending), audit: encodeAuditDigest(audit) };
}

export function decodeArchived(value: Found, path: string): ArchivedSession {
  const record = readRecord(decode(readBytes(value, path)), path);
  return {
    sessionId: readText(record['session_id'], `${path}.session_id`),
    generation: readUnsigned(record['generation'], `${path}.generation`),
    ending: decodeEnding(record['ending'], `${path}.ending`),
    audit: decodeAuditDigest(record['audit'], `${path}.audit`),
  };
}

export function encodeAuditDigest({ records, digest }: AuditDigest): CborValue {
  return { records, digest };
}

export function decodeAuditDigest(value: Found, path: string): AuditDigest {
  const record = readRecord(value, path);
  return {
    records: readUnsigned(record['records'], `${path}.records`),
    digest: readText(record['digest'], `${path}.digest`),
  };
}

function encodeHolder({ ownerId, scope, lease, origin }: Holder): CborValue {
  return {
    owner_id: ownerId,
    scope: encodeScope(scope),
    lease: encodeLease(lease),
    origin: encodeOrigin(origin),
  };
}

function decodeHolder(value: Found, path: string): Holder {
  const record = readRecord(value, path);
  return {
    ownerId: readText(record['owner_id'], `${path}.owner_id`),
    scope: decodeScope(record['scope'], `${path}.scope`),
    lease: decodeLease(record['lease'], `${path}.lease`),
    origin: decodeOrigin(record['origin'], `${path}.origin`),
  };
}

function encodePending({ receipt, expiresAtMs }: PendingTransfer): CborValue {
  return { receipt: encodeReceipt(receipt), expires_at_ms: expiresAtMs };
}

function decodePending(value: Found, path: string): PendingTransfer {
  const record = readRecord(value, path);
  return {
    receipt: decodeReceipt(record['receipt'], `${path}.receipt`),
    expiresAtMs: readUnsigned(record['expires_at_ms'], `${path}.expires_at_ms`),
  };
}

function encodeEnding({ reason, witness, atMs }: Ending): CborValue {
  return { reason: encodeReason(reason), witness: encodeCancellation(witness), at_ms: atMs };
}

function decodeEnding(value: Found, path: string): Ending {
  const record = readRecord(value, path);
  return {
    reason: decodeReason(record['reason'], `${path}.reason`),
    witness: decodeCancellation(record['witness'], `${path}.witness`),
    atMs: readUnsigned(record['at_ms'], `${path}.at_ms`),
  };
}
