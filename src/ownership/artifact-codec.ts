import type { CborValue } from '../codec/cbor.js';
import { readEach, readOneOf, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type {
  CancellationWitness,
  OwnershipCapability,
  OwnershipReceipt,
  ReadinessWitness,
} from './capability.js';
import type { TerminalReason } from './ending.js';
import type { Lease } from './lease.js';
import type { Origin } from './origin.js';
import type { OwnershipScope } from './scope.js';

type Found = CborValue | undefined;

/** What ownership hands out, as data, and back. The decoders throw ShapeError on anything else. */
export function encodeScope(scope: OwnershipScope): CborValue {
  return scope.kind === 'session' ? null : [...scope.fragments];
}

export function decodeScope(value: Found, path: string): OwnershipScope {
  return value === null
    ? { kind: 'session' }
    : { kind: 'fragments', fragments: readEach(value, path, readText) };
}

export function encodeCapability({ sessionId, ownerId, generation, scope }: OwnershipCapability): CborValue {
  return { session_id: sessionId, owner_id: ownerId, generation, scope: encodeScope(scope) };
}

export function decodeCapability(value: Found, path: string): OwnershipCapability {
  const record = readRecord(value, path);
  return {
    sessionId: readText(record['session_id'], `${path}.session_id`),
    ownerId: readText(record['owner_id'], `${path}.owner_id`),
    generation: readUnsigned(record['generation'], `${path}.generation`),
    scope: decodeScope(record['scope'], `${path}.scope`),
  };
}

export function encodeReceipt(receipt: OwnershipReceipt): CborValue {
  return {
    session_id: receipt.sessionId,
    claim_id: receipt.claimId,
    from_owner_id: receipt.fromOwnerId,
    from_generation: receipt.fromGeneration,
    to_owner_id: receipt.toOwnerId,
    to_generation: receipt.toGeneration,
    scope: encodeScope(receipt.scope),
  };
}

export function decodeReceipt(value: Found, path: string): OwnershipReceipt {
  const record = readRecord(value, path);
  return {
    sessionId: readText(record['session_id'], `${path}.session_id`),
    claimId: readUnsigned(record['claim_id'], `${path}.claim_id`),
    fromOwnerId: readText(record['from_owner_id'], `${path}.from_owner_id`),
    fromGeneration: readUnsigned(record['from_generation'], `${path}.from_generation`),
    toOwnerId: readText(record['to_owner_id'], `${path}.to_owner_id`),
    toGeneration: readUnsigned(record['to_generation'], `${path}.to_generation`),
    scope: decodeScope(record['scope'], `${path}.scope`),
  };
}

export function encodeReadiness(witness: ReadinessWitness): CborValue {
  const { witnessId, predicateRef } = witness;
  return {
    witness_id: witnessId,
    capability: encodeCapability(capabilityOf(witness)),
    predicate_ref: predicateRef,
  };
}

function capabilityOf({ sessionId, ownerId, generation, scope }: ReadinessWitness): OwnershipCapability {
  return { sessionId, ownerId, generation, scope };
}

export function decodeReadiness(value: Found, path: string): ReadinessWitness {
  const record = readRecord(value, path);
  return {
    witnessId: readUnsigned(record['witness_id'], `${path}.witness_id`),
    ...decodeCapability(record['capability'], `${path}.capability`),
    predicateRef: readText(record['predicate_ref'], `${path}.predicate_ref`),
  };
}

export function encodeCancellation(witness: CancellationWitness): CborValue {
  const { witnessId, sessionId, ownerId, generation, reason } = witness;
  return { witness_id: witnessId, session_id: sessionId, owner_id: ownerId, generation, reason };
}

export function decodeCancellation(value: Found, path: string): CancellationWitness {
  const record = readRecord(value, path);
  return {
    witnessId: readUnsigned(record['witness_id'], `${path}.witness_id`),
    sessionId: readText(record['session_id'], `${path}.session_id`),
    ownerId: readText(record['owner_id'], `${path}.owner_id`),
    generation: readUnsigned(record['generation'], `${path}.generation`),
    reason: readText(record['reason'], `${path}.reason`),
  };
}

export function encodeLease({ issuedAtMs, ttlMs }: Lease): CborValue {
  return { issued_at_ms: issuedAtMs, ttl_ms: ttlMs };
}

export function decodeLease(value: Found, path: string): Lease {
  const record = readRecord(value, path);
  return {
    issuedAtMs: readUnsigned(record['issued_at_ms'], `${path}.issued_at_ms`),
    ttlMs: readUnsigned(record['ttl_ms'], `${path}.ttl_ms`),
  };
}

export function encodeOrigin(origin: Origin): CborValue {
  switch (origin.kind) {
    case 'claim':
      return { kind: origin.kind, request_id: origin.requestId };
    case 'transfer':
      return { kind: origin.kind, claim_id: origin.claimId };
    case 'attenuation':
      return { kind: origin.kind };
  }
}

export function decodeOrigin(value: Found, path: string): Origin {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['claim', 'transfer', 'attenuation']);
  switch (kind) {
    case 'claim':
      return { kind, requestId: readText(record['request_id'], `${path}.request_id`) };
    case 'transfer':
      return { kind, claimId: readUnsigned(record['claim_id'], `${path}.claim_id`) };
    case 'attenuation':
      return { kind };
  }
}

const reasonKinds = ['closed', 'owner_died', 'transfer_abandoned', 'transfer_commit_failed'] as const;

export function encodeReason(reason: TerminalReason): CborValue {
  const claim = 'claimId' in reason ? { claim_id: reason.claimId } : {};
  const why = 'reason' in reason ? { reason: reason.reason } : {};
  return { kind: reason.kind, owner_id: reason.ownerId, ...claim, ...why };
}

export function decodeReason(value: Found, path: string): TerminalReason {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, reasonKinds);
  const ownerId = readText(record['owner_id'], `${path}.owner_id`);
  if (kind === 'closed' || kind === 'owner_died') return { kind, ownerId };
  const claimId = readUnsigned(record['claim_id'], `${path}.claim_id`);
  if (kind === 'transfer_abandoned') return { kind, ownerId, claimId };
  return { kind, ownerId, claimId, reason: readText(record['reason'], `${path}.reason`) };
}
