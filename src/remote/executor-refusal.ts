import type { Computation } from './computation.js';
import { labelOf } from './computation.js';
import type { RecordedWork } from './execute-answer.js';

/**
 * Why remote work did not come to an outcome.
 *
 * | code | meaning | may it have been done | worth another try |
 * |---|---|---|---|
 * | `REMOTE_NO_CAPABILITY` | nothing gives the right to it, for this session and computation | no | with a new claim |
 * | `REMOTE_UNKNOWN_COMPUTATION` | nobody may ask for, or nobody does, what was named | no | no |
 * | `REMOTE_BUSY` | too much runs or waits, here or at the store, or the store is full | no | later |
 * | `REMOTE_TIMED_OUT` | the deadline is past | as `mayHaveRun` says | under the same key |
 * | `REMOTE_CANCELLED` | its caller gave up | as `mayHaveRun` says | no |
 * | `REMOTE_FENCED` | the session has an owner of a later generation | by an earlier call | no: stop acting |
 * | `REMOTE_CONFLICT` | the key stands for other work, which is shown | the other one was | no: adopt what is recorded |
 * | `REMOTE_UNAVAILABLE` | the store could not carry it out, or nobody can be asked any more | yes | later, under the same key |
 * | `REMOTE_LEASE_CANCELLED` | the lease ended, and the policy is to give up | as `mayHaveRun` says | no |
 * | `REMOTE_LEASE_RETRIES_SPENT` | it ended as often as the policy bears | as `mayHaveRun` says | later, under the same key |
 * | `REMOTE_LEASE_FAILED` | it ended, and the policy is to fail | as `mayHaveRun` says | no: the owner is to find out |
 *
 * Flaws F13, F27 and F33: no two of them can be taken for one another.
 */
export type ExecutorRefusal =
  | NoCapability
  | ComputationRefused
  | RemoteBusy
  | RemoteTimedOut
  | RemoteCancelled
  | RemoteFenced
  | RemoteConflict
  | RemoteUnavailable
  | LeaseCancelled
  | LeaseRetriesSpent
  | LeaseFailed;

export class NoCapability extends Error {
  readonly code = 'REMOTE_NO_CAPABILITY';
  override readonly name = 'NoCapability';
  readonly sessionId: string;
  constructor(sessionId: string, computation: Computation) {
    super(`no capability reaches ${labelOf(computation)} for session \`${sessionId}\``);
    this.sessionId = sessionId;
  }
}

export class ComputationRefused extends Error {
  readonly code = 'REMOTE_UNKNOWN_COMPUTATION';
  override readonly name = 'ComputationRefused';
  readonly computation: Computation;
  constructor(computation: Computation) {
    super(`the computation ${labelOf(computation)} is not to be asked for`);
    this.computation = computation;
  }
}

export class RemoteBusy extends Error {
  readonly code = 'REMOTE_BUSY';
  override readonly name = 'RemoteBusy';
  /** The code of what refused it: of the bulkhead, or of a room of the store. */
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

export class RemoteTimedOut extends Error {
  readonly code = 'REMOTE_TIMED_OUT';
  override readonly name = 'RemoteTimedOut';
  readonly mayHaveRun: boolean;
  constructor(mayHaveRun: boolean) {
    super(mayHaveRun ? 'no answer came in time' : 'it could not be begun in time');
    this.mayHaveRun = mayHaveRun;
  }
}

export class RemoteCancelled extends Error {
  readonly code = 'REMOTE_CANCELLED';
  override readonly name = 'RemoteCancelled';
  readonly mayHaveRun: boolean;
  constructor(mayHaveRun: boolean) {
    super(mayHaveRun ? 'cancelled while it may have run' : 'cancelled before anything ran');
    this.mayHaveRun = mayHaveRun;
  }
}

export class RemoteFenced extends Error {
  readonly code = 'REMOTE_FENCED';
  override readonly name = 'RemoteFenced';
  readonly sessionId: string;
  readonly generation: number;
  /** The highest that the store has seen. */
  readonly highest: number;
  constructor(sessionId: string, generation: number, highest: number) {
    super(`session \`${sessionId}\` is at generation ${highest}: ${generation} is fenced off`);
    this.sessionId = sessionId;
    this.generation = generation;
    this.highest = highest;
  }
}

/** Flaws F47 and F55: whoever comes after can adopt what was done. */
export class RemoteConflict extends Error {
  readonly code = 'REMOTE_CONFLICT';
  override readonly name = 'RemoteConflict';
  readonly recorded: RecordedWork;
  constructor(recorded: RecordedWork) {
    super('the key stands for another request');
    this.recorded = recorded;
  }
}

export class RemoteUnavailable extends Error {
  readonly code = 'REMOTE_UNAVAILABLE';
  override readonly name = 'RemoteUnavailable';
  /** `store`: it could not carry it out this time. `closed`: this node asks nobody any more. */
  readonly where: 'store' | 'closed';
  constructor(where: 'store' | 'closed', message: string) {
    super(message);
    this.where = where;
  }
}

export class LeaseCancelled extends Error {
  readonly code = 'REMOTE_LEASE_CANCELLED';
  override readonly name = 'LeaseCancelled';
  readonly mayHaveRun: boolean;
  constructor(mayHaveRun: boolean) {
    super('given up, since the lease has ended');
    this.mayHaveRun = mayHaveRun;
  }
}

export class LeaseRetriesSpent extends Error {
  readonly code = 'REMOTE_LEASE_RETRIES_SPENT';
  override readonly name = 'LeaseRetriesSpent';
  readonly mayHaveRun: boolean;
  constructor(expiries: number, mayHaveRun: boolean) {
    super(`the lease has ended ${expiries} times`);
    this.mayHaveRun = mayHaveRun;
  }
}

export class LeaseFailed extends Error {
  readonly code = 'REMOTE_LEASE_FAILED';
  override readonly name = 'LeaseFailed';
  readonly mayHaveRun: boolean;
  constructor(mayHaveRun: boolean) {
    super('the lease has ended');
    this.mayHaveRun = mayHaveRun;
  }
}

/** Remote work that failed for good, for callers that cannot go on from a failure. */
export class RemoteFailed extends Error {
  readonly code = 'REMOTE_FAILED';
  override readonly name = 'RemoteFailed';
  /** As the computation told it. */
  readonly failure: string;
  constructor(failure: string, message: string) {
    super(message);
    this.failure = failure;
  }
}
