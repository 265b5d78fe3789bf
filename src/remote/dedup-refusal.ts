import type { InvalidRequest, RemoteRequest } from './canonical-request.js';
import { requestOf } from './canonical-request.js';
import type { DedupRecord, Progress } from './dedup-record.js';
import type { IdempotencyKey } from './idempotency-key.js';

/**
 * Why the room said no. Nothing was recorded.
 *
 * | code | meaning |
 * |---|---|
 * | `REMOTE_INVALID_REQUEST` | what was given is no request, outcome or session that could be read again |
 * | `REMOTE_FENCED` | the session has an owner of a later generation: stop acting |
 * | `REMOTE_CONFLICT` | the key stands for another request, which is shown |
 * | `REMOTE_DEDUP_FULL` | all that is known must still be known: come again later |
 * | `REMOTE_UNKNOWN_KEY` | nothing is known of the key that a run was to be ended for |
 * | `REMOTE_STALE_RUN` | the run that was to be ended is not the last one |
 */
export type DedupRefusal = InvalidRequest | Fenced | RequestConflict | DedupFull | UnknownKey | StaleRun;

export class Fenced extends Error {
  readonly code = 'REMOTE_FENCED';
  override readonly name = 'Fenced';
  readonly sessionId: string;
  readonly generation: number;
  /** The highest that was accepted. */
  readonly highest: number;
  constructor(sessionId: string, generation: number, highest: number) {
    super(`session \`${sessionId}\` is at generation ${highest}: ${generation} is fenced off`);
    this.sessionId = sessionId;
    this.generation = generation;
    this.highest = highest;
  }
}

/** Shows what the key stands for, so that whoever comes after can adopt it. Flaws F47 and F55. */
export class RequestConflict extends Error {
  readonly code = 'REMOTE_CONFLICT';
  override readonly name = 'RequestConflict';
  readonly key: IdempotencyKey;
  readonly recorded: RemoteRequest;
  readonly progress: Progress;
  constructor({ key, request, progress }: DedupRecord) {
    super(`the key ${key} stands for another request`);
    this.key = key;
    this.recorded = requestOf(request);
    this.progress = progress;
  }
}

export class DedupFull extends Error {
  readonly code = 'REMOTE_DEDUP_FULL';
  override readonly name = 'DedupFull';
  readonly what: 'records' | 'sessions';
  constructor(what: 'records' | 'sessions', max: number) {
    super(`${max} ${what} are known, and none of them may be forgotten yet`);
    this.what = what;
  }
}

export class UnknownKey extends Error {
  readonly code = 'REMOTE_UNKNOWN_KEY';
  override readonly name = 'UnknownKey';
  readonly key: IdempotencyKey;
  constructor(key: IdempotencyKey) {
    super(`nothing is known of the key ${key}`);
    this.key = key;
  }
}

export class StaleRun extends Error {
  readonly code = 'REMOTE_STALE_RUN';
  override readonly name = 'StaleRun';
  readonly key: IdempotencyKey;
  readonly run: number;
  readonly lastRun: number;
  constructor({ key, run: lastRun }: DedupRecord, run: number) {
    super(`run ${run} of the key ${key} is not the last one, which is ${lastRun}`);
    this.key = key;
    this.run = run;
    this.lastRun = lastRun;
  }
}
