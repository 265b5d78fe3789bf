import { type CborValue, decode, encode } from '../codec/cbor.js';
import { readBytes, readEach, readRecord, readUnsigned } from '../codec/shape.js';
import { sameCapability } from './capability.js';
import { isBookkeeping, type AuditedEntry } from './entry.js';
import { decodeEntry, encodeEntry } from './entry-codec.js';
import {
  decodeArchived,
  decodeAuditDigest,
  decodeSession,
  encodeArchived,
  encodeAuditDigest,
  encodeSession,
} from './session-codec.js';
import { liveCapability, type OwnedSession, OwnershipLogCorrupt, type OwnershipState } from './state.js';

/** The state as data. Each session and record is encoded on its own, so that the codec's limit on items counts them, not their fields. */
export function capture(state: OwnershipState): CborValue {
  return {
    sessions: [...state.sessions.values()].map((session) => encode(encodeSession(session))),
    archived: [...state.archived.values()].map((session) => encode(encodeArchived(session))),
    audit_records: state.auditRecords.map(({ entry }) => encode(encodeEntry(entry))),
    audit_archive: encodeAuditDigest(state.auditArchive),
    next_claim_id: state.nextClaimId,
    next_witness_id: state.nextWitnessId,
    first_generation: state.firstGeneration,
    latest_ms: state.latestMs,
  };
}

/** @throws CodecError or OwnershipLogCorrupt on anything that {@link capture} did not make of a state. */
export function restore(value: CborValue): OwnershipState {
  const record = readRecord(value, 'ownership');
  const number = (key: string) => readUnsigned(record[key], `ownership.${key}`);
  const auditArchive = decodeAuditDigest(record['audit_archive'], 'ownership.audit_archive');
  const entries = readEach(record['audit_records'], 'ownership.audit_records', decodeAudited);
  const state: OwnershipState = {
    sessions: keyed(readEach(record['sessions'], 'ownership.sessions', decodeSession)),
    archived: keyed(readEach(record['archived'], 'ownership.archived', decodeArchived)),
    auditRecords: entries.map((entry, index) => ({ seq: auditArchive.records + index + 1, entry })),
    auditArchive,
    nextClaimId: number('next_claim_id'),
    nextWitnessId: number('next_witness_id'),
    firstGeneration: number('first_generation'),
    latestMs: number('latest_ms'),
  };
  assertConsistent(state);
  return state;
}

function decodeAudited(value: CborValue, path: string): AuditedEntry {
  const entry = decodeEntry(decode(readBytes(value, path)));
  if (isBookkeeping(entry)) throw new OwnershipLogCorrupt(path, `${entry.kind} is no record of the audit`);
  return entry;
}

function keyed<Held extends { readonly sessionId: string }>(held: readonly Held[]): Map<string, Held> {
  const byId = new Map(held.map((one) => [one.sessionId, one]));
  if (byId.size < held.length) throw new OwnershipLogCorrupt('snapshot', 'a session is held twice');
  return byId;
}

/** What every state that entries can lead to has in common. */
function assertConsistent({ sessions, archived, nextClaimId, nextWitnessId }: OwnershipState): void {
  for (const [sessionId, session] of sessions) {
    if (archived.has(sessionId)) throw new OwnershipLogCorrupt(sessionId, 'held and archived');
    assertOwned(session);
    const { pending, holder, witnesses } = session;
    if (pending !== null && pending.receipt.claimId >= nextClaimId) {
      throw new OwnershipLogCorrupt(sessionId, 'a claim id that was never given');
    }
    if (holder?.origin.kind === 'transfer' && holder.origin.claimId >= nextClaimId) {
      throw new OwnershipLogCorrupt(sessionId, 'held by a transfer that never was');
    }
    if ([...witnesses.keys()].some((witnessId) => witnessId >= nextWitnessId)) {
      throw new OwnershipLogCorrupt(sessionId, 'a witness id that was never given');
    }
  }
}

/** Nothing is pending, and no witness is good, without the owner that it comes from; and nobody owns what has ended. */
function assertOwned(session: OwnedSession): void {
  const { sessionId, pending, ending, witnesses } = session;
  const live = liveCapability(session);
  if (live === undefined) {
    if (pending !== null || witnesses.size > 0)
      throw new OwnershipLogCorrupt(sessionId, 'authority of nobody');
    return;
  }
  if (ending !== null) throw new OwnershipLogCorrupt(sessionId, 'owned after its end');
  if (pending !== null && pending.receipt.fromGeneration !== live.generation) {
    throw new OwnershipLogCorrupt(sessionId, 'offered in another generation');
  }
  if ([...witnesses.values()].some((witness) => !sameCapability(live, witness))) {
    throw new OwnershipLogCorrupt(sessionId, 'a witness of another capability');
  }
}
