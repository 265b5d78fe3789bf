import type { CborValue } from '../codec/cbor.js';
import type { Milliseconds } from '../runtime/clock.js';
import type { NodeName } from '../runtime/network.js';

/** How long whoever asks is ready to wait, and whether it still wants to. */
export interface AskTerms {
  /** From the call on, by the monotonic clock; at it, the request has timed out. */
  readonly deadlineMs: Milliseconds;
  readonly signal?: AbortSignal;
}

/** Asks another node. The same request may be carried out more than once, or late: what is asked must bear that. */
export interface Asker {
  /** Rejects with {@link RequestTimedOut}, {@link RequestCancelled} or {@link RequestsClosed}: nobody knows then what came of it. */
  ask(to: NodeName, body: CborValue, terms: AskTerms): Promise<CborValue>;
}

/** Answers what other nodes ask. What it refuses is an answer; when it rejects, nobody is answered, and the asker tries again. */
export type Serve = (from: NodeName, body: CborValue) => Promise<CborValue>;

/** No answer came in time. */
export class RequestTimedOut extends Error {
  readonly code = 'REQUEST_TIMED_OUT';
  override readonly name = 'RequestTimedOut';
  readonly to: NodeName;
  constructor(to: NodeName, deadlineMs: Milliseconds) {
    super(`\`${to}\` has not answered within ${deadlineMs} ms`);
    this.to = to;
  }
}

/** Whoever asked wants the answer no more. */
export class RequestCancelled extends Error {
  readonly code = 'REQUEST_CANCELLED';
  override readonly name = 'RequestCancelled';
  readonly to: NodeName;
  constructor(to: NodeName) {
    super(`the request to \`${to}\` was cancelled`);
    this.to = to;
  }
}

/** This node asks nobody any more. */
export class RequestsClosed extends Error {
  readonly code = 'REQUESTS_CLOSED';
  override readonly name = 'RequestsClosed';
  constructor() {
    super('this node asks nobody any more');
  }
}
