import { RequestCancelled, RequestsClosed, RequestTimedOut } from '../requests/ask.js';
import {
  AdmissionCancelled,
  AdmissionTimedOut,
  BulkheadBusy,
  BulkheadClosed,
  PermitLapsed,
  WeightTooLarge,
} from './bulkhead-refusal.js';
import type { ExecuteAnswer } from './execute-answer.js';
import {
  ComputationRefused,
  type ExecutorRefusal,
  NoCapability,
  RemoteBusy,
  RemoteCancelled,
  RemoteConflict,
  RemoteFenced,
  RemoteTimedOut,
  RemoteUnavailable,
} from './executor-refusal.js';
import type { Computation } from './computation.js';
import type { RemoteCapability } from './remote-capability.js';
import type { RemoteOutcome } from './remote-outcome.js';

/** The lease ended before the work came to an end: what becomes of it is for the policy to say. */
export class LeaseEnded extends Error {
  readonly code = 'REMOTE_LEASE_ENDED';
  override readonly name = 'LeaseEnded';
}

/** What a wait or a dispatch was ended by, as a caller is told. Anything else is nobody’s to expect, and stays as it is. */
export function readError(error: unknown, mayHaveRun: boolean, isLive: () => boolean): unknown {
  if (error instanceof BulkheadBusy || error instanceof WeightTooLarge) {
    return new RemoteBusy(error.code, error.message);
  }
  if (error instanceof AdmissionTimedOut) {
    return isLive() ? new RemoteTimedOut(mayHaveRun) : new LeaseEnded();
  }
  if (error instanceof PermitLapsed) return new LeaseEnded();
  if (error instanceof RequestTimedOut) return new RemoteTimedOut(true);
  if (error instanceof AdmissionCancelled) return new RemoteCancelled(mayHaveRun);
  if (error instanceof RequestCancelled) return new RemoteCancelled(true);
  if (error instanceof BulkheadClosed || error instanceof RequestsClosed) {
    return new RemoteUnavailable('closed', error.message);
  }
  return error;
}

/** What the store answered, as a caller is told: how the work ended, or why it did not. */
export function readAnswer(
  answer: ExecuteAnswer,
  { sessionId, generation }: RemoteCapability,
  computation: Computation,
): RemoteOutcome | ExecutorRefusal {
  switch (answer.kind) {
    case 'outcome':
      return answer.outcome;
    case 'invalid':
      // Never to be read, whoever asks, and however often: it has failed for good.
      return { kind: 'failure', code: answer.code, message: answer.message };
    case 'fenced':
      return new RemoteFenced(sessionId, generation, answer.highest);
    case 'conflict':
      return new RemoteConflict(answer.recorded);
    case 'no_capability':
      return new NoCapability(sessionId, computation);
    case 'unknown_computation':
      return new ComputationRefused(computation);
    case 'full':
      return new RemoteBusy(answer.code, answer.message);
    case 'unavailable':
      return new RemoteUnavailable('store', answer.message);
  }
}
