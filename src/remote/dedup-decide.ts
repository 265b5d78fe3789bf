import type { Decision } from '../log/projection.js';
import type { Milliseconds } from '../runtime/clock.js';
import { InvalidRequest } from './canonical-request.js';
import { decideClaim, decideFence } from './dedup-claim.js';
import type { AbandonCommand, DedupCommand, SettleCommand } from './dedup-command.js';
import type { DedupEntry } from './dedup-entry.js';
import type { DedupLimits } from './dedup-limits.js';
import type { DedupRecord } from './dedup-record.js';
import { type DedupRefusal, StaleRun, UnknownKey } from './dedup-refusal.js';
import { forgettable, unguarded } from './dedup-retention.js';
import { type DedupState, recordOf } from './dedup-state.js';
import type { IdempotencyKey } from './idempotency-key.js';
import { isRecordable, outcomeDigest } from './remote-outcome.js';

type DedupDecision = Decision<DedupEntry, DedupRefusal>;

/** Refuses, or says what is to be recorded. */
export function decide(state: DedupState, command: DedupCommand, limits: DedupLimits): DedupDecision {
  const nowMs = Math.max(state.timeMs, command.nowMs);
  if (!Number.isSafeInteger(nowMs)) return refused(new InvalidRequest('time', `${command.nowMs} is no time`));
  switch (command.kind) {
    case 'claim': {
      const { answer, entries } = decideClaim(state, command, limits);
      return answer.kind === 'refused' ? answer : accepted(entries);
    }
    case 'fence': {
      const pass = decideFence(state, command, limits);
      return pass.kind === 'refused' ? pass : accepted(pass.raised);
    }
    case 'settle':
      return settle(state, command, nowMs);
    case 'abandon':
      return abandon(state, command, nowMs);
    case 'sweep':
      return accepted([
        ...[...forgettable(state, nowMs, limits)].map((key) => ({ kind: 'forgotten' as const, key })),
        ...[...unguarded(state, nowMs, limits)].map((sessionId) => ({
          kind: 'fence_dropped' as const,
          sessionId,
        })),
      ]);
  }
}

function settle(state: DedupState, { key, run, outcome }: SettleCommand, atMs: Milliseconds): DedupDecision {
  if (!isRecordable(outcome)) {
    return refused(new InvalidRequest('outcome', 'an outcome that is too large, or whose text is none'));
  }
  const record = lastRun(state, key, run);
  if (record instanceof Error) return refused(record);
  const { progress } = record;
  if (progress.kind !== 'recorded') {
    // A copy: what the caller does with its bytes later is no business of the record.
    const kept =
      outcome.kind === 'success'
        ? { kind: outcome.kind, response: new Uint8Array(outcome.response) }
        : { kind: outcome.kind, code: outcome.code, message: outcome.message };
    return accepted([{ kind: 'recorded', key, outcome: kept, atMs }]);
  }
  const digest = outcomeDigest(outcome);
  const isNews = progress.divergence === null && digest !== outcomeDigest(progress.outcome);
  return accepted(isNews ? [{ kind: 'diverged', key, outcomeDigest: digest }] : []);
}

function abandon(state: DedupState, { key, run }: AbandonCommand, atMs: Milliseconds): DedupDecision {
  const record = lastRun(state, key, run);
  if (record instanceof Error) return refused(record);
  return accepted(record.progress.kind === 'in_flight' ? [{ kind: 'abandoned', key, atMs }] : []);
}

function lastRun(state: DedupState, key: IdempotencyKey, run: number): DedupRecord | UnknownKey | StaleRun {
  const record = recordOf(state, key);
  if (record === undefined) return new UnknownKey(key);
  return record.run === run ? record : new StaleRun(record, run);
}

function accepted(entries: readonly DedupEntry[]): DedupDecision {
  return { kind: 'accepted', entries };
}

function refused(refusal: DedupRefusal): DedupDecision {
  return { kind: 'refused', refusal };
}
