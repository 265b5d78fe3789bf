import type { LedgerStanding, Settlement } from '../authority/authority.js';
import { type Failure, failureMessage } from '../../steps/outcome.js';
import { openPayload, payloadOf } from '../../steps/payload.js';
import type { ChildEnd } from '../../steps/journal.js';
import type { Conclusion } from '../superior.js';

/** How an operation ends, as the authority is asked to settle it. */
export function settlementOf(conclusion: Exclude<Conclusion, { kind: 'forgotten' }>): Settlement {
  switch (conclusion.kind) {
    case 'completed':
      return { outcome: 'finalized', payload: conclusion.payload };
    case 'failed': {
      const { name, message } = conclusion.failure;
      return { outcome: 'rejected', reason: failureMessage(`${name}: ${message}`) };
    }
    case 'cancelled':
      return { outcome: 'aborted', reason: failureMessage(conclusion.reason) };
    case 'timed_out':
      return { outcome: 'timed_out', reason: failureMessage(conclusion.reason) };
  }
}

/** What was settled, as it is recorded here: always from the fact, so that every place that shows it shows the same. */
export function conclusionOf(operationId: string, settlement: Settlement): Conclusion {
  switch (settlement.outcome) {
    case 'finalized':
      return { kind: 'completed', payload: payloadOf(settlement.payload, `result of ${operationId}`) };
    case 'rejected':
      return { kind: 'failed', failure: failureIn(settlement.reason) };
    case 'aborted':
      return { kind: 'cancelled', reason: settlement.reason };
    case 'timed_out':
      return { kind: 'timed_out', reason: settlement.reason };
  }
}

/** How an operation stands, as it is recorded here; undefined while it is open. */
export function conclusionIn(operationId: string, standing: LedgerStanding): Conclusion | undefined {
  switch (standing.kind) {
    case 'unknown':
    case 'open':
      return undefined;
    case 'settled':
      return conclusionOf(operationId, standing.fact.settlement);
    case 'entombed': {
      const { outcome } = standing.tombstone;
      if (outcome === 'finalized') return { kind: 'forgotten' };
      return conclusionOf(operationId, { outcome, reason: 'it was settled too long ago' });
    }
  }
}

/** How a child has ended, as whoever waits for it in a step is told. */
export function childEndOf(conclusion: Conclusion): ChildEnd {
  switch (conclusion.kind) {
    case 'completed':
      return { kind: 'value', value: openPayload(conclusion.payload) };
    case 'forgotten':
      return { kind: 'failed', message: 'its result is remembered no more' };
    case 'failed':
      return { kind: 'failed', message: `${conclusion.failure.name}: ${conclusion.failure.message}` };
    case 'cancelled':
      return { kind: 'failed', message: `Cancelled: ${conclusion.reason}` };
    case 'timed_out':
      return { kind: 'failed', message: `TimedOut: ${conclusion.reason}` };
  }
}

function failureIn(reason: string): Failure {
  const end = reason.indexOf(': ');
  return end < 0
    ? { name: 'Error', message: reason }
    : { name: reason.slice(0, end), message: reason.slice(end + 2) };
}
