import type { Milliseconds } from '../runtime/clock.js';
import type { DedupEntry, OwnerAct } from './dedup-entry.js';
import type { DedupRecord } from './dedup-record.js';
import type { IdempotencyKey } from './idempotency-key.js';

/** What the room knows: the fold of its entries. */
export interface DedupState {
  /** By key, what runs, as far as the log knows, in the order in which the runs were begun. */
  readonly inFlight: Map<IdempotencyKey, DedupRecord>;
  /** By key, what has settled or was abandoned, in the order in which that was. */
  readonly settled: Map<IdempotencyKey, DedupRecord>;
  /** By session id, in the order in which they were last used. */
  readonly fences: Map<string, Fence>;
  /** The time of the latest entry, by the time of the room. */
  timeMs: Milliseconds;
}

export interface Fence {
  /** The highest generation that was accepted. */
  readonly generation: number;
  readonly usedMs: Milliseconds;
}

/** The log holds an entry that cannot follow what comes before it. */
export class DedupLogCorrupt extends Error {
  readonly code = 'REMOTE_DEDUP_LOG_CORRUPT';
  override readonly name = 'DedupLogCorrupt';
  /** The key or session that the entry is about. */
  readonly subject: string;
  constructor(subject: string, reason: string) {
    super(`dedup log is corrupt at \`${subject}\`: ${reason}`);
    this.subject = subject;
  }
}

export function emptyState(): DedupState {
  return { inFlight: new Map(), settled: new Map(), fences: new Map(), timeMs: 0 };
}

export function recordOf({ inFlight, settled }: DedupState, key: IdempotencyKey): DedupRecord | undefined {
  return inFlight.get(key) ?? settled.get(key);
}

/** @throws {@link DedupLogCorrupt} on an entry that cannot have been decided. */
export function applyEntry(state: DedupState, entry: DedupEntry): void {
  switch (entry.kind) {
    case 'claimed': {
      const { key, request, sessionId, generation } = entry;
      if (recordOf(state, key) !== undefined) throw new DedupLogCorrupt(key, 'claimed twice');
      used(state, entry);
      state.inFlight.set(key, {
        key,
        request,
        sessionId,
        generation,
        run: 1,
        progress: { kind: 'in_flight' },
      });
      return;
    }
    case 'run_begun': {
      const { sessionId, generation } = entry;
      const record = settledRecord(state, entry.key);
      if (record.progress.kind !== 'abandoned')
        throw new DedupLogCorrupt(entry.key, 'run again when recorded');
      used(state, entry);
      state.settled.delete(entry.key);
      const begun = { ...record, sessionId, generation, run: record.run + 1 };
      state.inFlight.set(entry.key, { ...begun, progress: { kind: 'in_flight' } });
      return;
    }
    case 'generation_raised':
      return used(state, entry);
    case 'recorded': {
      const { atMs, outcome } = entry;
      return settle(state, entry.key, { kind: 'recorded', atMs, outcome, divergence: null });
    }
    case 'abandoned':
      return settle(state, entry.key, { kind: 'abandoned', atMs: entry.atMs });
    case 'diverged': {
      const record = settledRecord(state, entry.key);
      const { progress } = record;
      if (progress.kind !== 'recorded') throw new DedupLogCorrupt(entry.key, 'diverges from nothing');
      const divergence = entry.outcomeDigest;
      state.settled.set(entry.key, { ...record, progress: { ...progress, divergence } });
      return;
    }
    case 'forgotten':
      settledRecord(state, entry.key);
      state.settled.delete(entry.key);
      return;
    case 'fence_dropped':
      if (!state.fences.delete(entry.sessionId)) throw new DedupLogCorrupt(entry.sessionId, 'has no fence');
  }
}

function settle(
  state: DedupState,
  key: IdempotencyKey,
  progress: Exclude<DedupRecord['progress'], { kind: 'in_flight' }>,
): void {
  const record = recordOf(state, key);
  if (record === undefined || record.progress.kind === 'recorded') {
    throw new DedupLogCorrupt(key, 'settled without a run');
  }
  state.inFlight.delete(key);
  state.settled.delete(key);
  state.settled.set(key, { ...record, progress });
  state.timeMs = Math.max(state.timeMs, progress.atMs);
}

function settledRecord({ settled }: DedupState, key: IdempotencyKey): DedupRecord {
  const record = settled.get(key);
  if (record === undefined) throw new DedupLogCorrupt(key, 'has not settled');
  return record;
}

function used(state: DedupState, { sessionId, generation, atMs }: OwnerAct): void {
  const { fences } = state;
  if ((fences.get(sessionId)?.generation ?? 0) > generation) {
    throw new DedupLogCorrupt(sessionId, 'a lower generation was accepted');
  }
  fences.delete(sessionId);
  fences.set(sessionId, { generation, usedMs: atMs });
  state.timeMs = Math.max(state.timeMs, atMs);
}
