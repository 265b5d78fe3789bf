import type { DedupRefusal } from '../../remote/dedup-refusal.js';
import { type ExecuteAnswer, recordedWork } from '../../remote/execute-answer.js';
import type { RemoteOutcome } from '../../remote/remote-outcome.js';
import { encodeHoldAnswer } from '../../remote/segment-computations.js';
import type { HoldAnswer } from '../../remote/segments-decide.js';
import type { RunEnd } from './store-run.js';

/** The most bytes of a response: with all that travels around it, it fits into one message. */
export const responseBytesMax = 983_040;

/** What a refusal of the dedup room is to whoever asked. */
export function answerOf(refusal: DedupRefusal): ExecuteAnswer {
  const { code, message } = refusal;
  switch (refusal.code) {
    case 'REMOTE_FENCED':
      return { kind: 'fenced', highest: refusal.highest };
    case 'REMOTE_CONFLICT':
      return { kind: 'conflict', recorded: recordedWork(refusal) };
    case 'REMOTE_DEDUP_FULL':
      return { kind: 'full', code, message };
    case 'REMOTE_INVALID_REQUEST':
      return { kind: 'invalid', code, message };
    case 'REMOTE_UNKNOWN_KEY':
    case 'REMOTE_STALE_RUN':
      return unavailable(message);
  }
}

/** It may go better next time, under the same key. */
export function unavailable(message: string): RunEnd & ExecuteAnswer {
  return { kind: 'unavailable', code: 'REMOTE_UNAVAILABLE', message };
}

/** What a hold came to, as an outcome. */
export function success(answer: HoldAnswer): RemoteOutcome {
  return { kind: 'success', response: encodeHoldAnswer(answer) };
}

/** It has failed for good: it would be as large the next time. */
export function tooLarge(length: number): RemoteOutcome {
  const message = `a response of ${length} bytes, max is ${responseBytesMax}`;
  return { kind: 'failure', code: 'REMOTE_RESPONSE_TOO_LARGE', message };
}
