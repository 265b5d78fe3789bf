/**
 * Why a request to a bulkhead did not come to the end of its task.
 *
 * | code | meaning | worth another try |
 * |---|---|---|
 * | `REMOTE_BUSY` | all permits are held, and as many wait as may | later |
 * | `REMOTE_TIMED_OUT` | it waited as long as it was ready to, or as its lease lived | later |
 * | `REMOTE_CANCELLED` | its caller gave up while it waited | no |
 * | `REMOTE_TOO_HEAVY` | it asks for more permits than there are | no |
 * | `REMOTE_CLOSED` | the bulkhead is closing | elsewhere |
 * | `REMOTE_PERMIT_LAPSED` | its lease ended while its task ran: what the task did or will do is not known here | by the rules of what it did |
 *
 * Only after the last one has anything run. Flaws F13 and F33.
 */
export type BulkheadRefusal =
  BulkheadBusy | AdmissionTimedOut | AdmissionCancelled | WeightTooLarge | BulkheadClosed | PermitLapsed;

export class BulkheadBusy extends Error {
  readonly code = 'REMOTE_BUSY';
  override readonly name = 'BulkheadBusy';
  readonly waiting: number;
  constructor(waiting: number) {
    super(`all permits are held, and ${waiting} requests wait already`);
    this.waiting = waiting;
  }
}

export class AdmissionTimedOut extends Error {
  readonly code = 'REMOTE_TIMED_OUT';
  override readonly name = 'AdmissionTimedOut';
  constructor() {
    super('no permit came free in time');
  }
}

/** Its `cause` is the reason of the signal. */
export class AdmissionCancelled extends Error {
  readonly code = 'REMOTE_CANCELLED';
  override readonly name = 'AdmissionCancelled';
  constructor(cause: unknown) {
    super('cancelled before a permit came free', { cause });
  }
}

export class WeightTooLarge extends Error {
  readonly code = 'REMOTE_TOO_HEAVY';
  override readonly name = 'WeightTooLarge';
  readonly weight: number;
  readonly permitsMax: number;
  constructor(weight: number, permitsMax: number) {
    super(`asks for ${weight} permits of ${permitsMax}`);
    this.weight = weight;
    this.permitsMax = permitsMax;
  }
}

export class BulkheadClosed extends Error {
  readonly code = 'REMOTE_CLOSED';
  override readonly name = 'BulkheadClosed';
  constructor() {
    super('the bulkhead is closed');
  }
}

/** Flaws F16 and F35. */
export class PermitLapsed extends Error {
  readonly code = 'REMOTE_PERMIT_LAPSED';
  override readonly name = 'PermitLapsed';
  constructor() {
    super('the lease ended before the task did');
  }
}
