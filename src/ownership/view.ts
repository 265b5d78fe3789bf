import { encode } from '../codec/cbor.js';
import type { OwnershipCapability } from './capability.js';
import { type Ending, endedStatus, type EndedStatus } from './ending.js';
import { isExpired, type Lease } from './lease.js';
import type { Origin } from './origin.js';
import { capture } from './snapshot.js';
import { liveCapability, type OwnershipState, type PendingTransfer } from './state.js';

/** How a session stands at a time: what is latched, and what time has done since. */
export type Standing =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'owned';
      readonly capability: OwnershipCapability;
      readonly lease: Lease;
      readonly origin: Origin;
      readonly pending: PendingTransfer | null;
    }
  /** Released, or the lease is over and the session can be claimed. */
  | { readonly kind: 'unclaimed'; readonly lastGeneration: number }
  /** The lease is over, and by the session's policy so is the session, as soon as anybody records it. */
  | { readonly kind: 'lost'; readonly lastGeneration: number }
  | {
      readonly kind: 'ended';
      readonly status: EndedStatus;
      readonly ending: Ending;
      readonly lastGeneration: number;
      readonly isArchived: boolean;
    };

export function standingOf(state: OwnershipState, sessionId: string, atMs: number): Standing {
  const session = state.sessions.get(sessionId);
  const ended = session ?? state.archived.get(sessionId);
  if (ended === undefined) return { kind: 'unknown' };
  const { generation: lastGeneration, ending } = ended;
  if (ending !== null) {
    const isArchived = session === undefined;
    return { kind: 'ended', status: endedStatus(ending.reason), ending, lastGeneration, isArchived };
  }
  const nowMs = Math.max(state.latestMs, atMs);
  const holder = session?.holder ?? null;
  const capability = session === undefined ? undefined : liveCapability(session);
  if (session === undefined || holder === null || capability === undefined) {
    return { kind: 'unclaimed', lastGeneration };
  }
  if (isExpired(holder.lease, nowMs)) {
    return { kind: session.policy === 'fail_closed' ? 'lost' : 'unclaimed', lastGeneration };
  }
  const { pending } = session;
  const isOffered = pending !== null && nowMs < pending.expiresAtMs;
  return {
    kind: 'owned',
    capability,
    lease: holder.lease,
    origin: holder.origin,
    pending: isOffered ? pending : null,
  };
}

/** When time will next do something by itself, so that `expire_due` is worth giving; undefined when nothing waits. */
export function nextDueAtMs({ sessions }: OwnershipState): number | undefined {
  let dueAtMs: number | undefined;
  for (const { holder, pending } of sessions.values()) {
    if (holder === null) continue;
    const { issuedAtMs, ttlMs } = holder.lease;
    const ownMs = Math.min(issuedAtMs + ttlMs, pending?.expiresAtMs ?? Infinity);
    dueAtMs = Math.min(dueAtMs ?? ownMs, ownMs);
  }
  return dueAtMs;
}

/** What the room holds, and in how many bytes of a snapshot. */
export interface MemoryUsage {
  readonly liveSessions: number;
  readonly endedSessions: number;
  readonly archivedSessions: number;
  readonly pendingTransfers: number;
  readonly witnesses: number;
  readonly auditRecords: number;
  readonly retainedBytes: number;
}

export function memoryUsageOf(state: OwnershipState): MemoryUsage {
  const sessions = [...state.sessions.values()];
  const endedSessions = sessions.filter(({ ending }) => ending !== null).length;
  return {
    liveSessions: sessions.length - endedSessions,
    endedSessions,
    archivedSessions: state.archived.size,
    pendingTransfers: sessions.filter(({ pending }) => pending !== null).length,
    witnesses: sessions.reduce((count, { witnesses }) => count + witnesses.size, 0),
    auditRecords: state.auditRecords.length,
    retainedBytes: encode(capture(state)).length,
  };
}
