import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * Per operation, one terminal event, in one global order; watchers, feed, snapshot and barrier agree on it. An id whose tombstone is
 * dropped may stand for another operation later.
 */
export function oneTerminalEvent(): Oracle<Fact> {
  const ended = new Map<string, string>();
  const ends = new Map<number, string>();
  let lastSeq = 0;
  return {
    id: 'one-terminal-event',
    onFact(fact, check) {
      if (fact.kind === 'log.ended') {
        const before = ended.get(fact.operation);
        check(
          before === undefined,
          fact.operation,
          () => `ended as ${fact.outcome}, and before as ${before ?? ''}`,
        );
        check(fact.seq > lastSeq, fact.operation, () => `completion seq ${fact.seq} behind ${lastSeq}`);
        ended.set(fact.operation, fact.outcome);
        ends.set(fact.seq, `${fact.operation} ${fact.outcome}`);
        lastSeq = fact.seq;
      } else if (fact.kind === 'log.tombstone-dropped') {
        ended.delete(fact.operation);
      } else if (fact.kind === 'client.shown') {
        const end = ends.get(fact.seq) ?? 'nothing';
        check(
          end === `${fact.operation} ${fact.outcome}`,
          fact.operation,
          () => `${fact.node} saw ${fact.outcome} at ${fact.seq} in the ${fact.place}, the log holds ${end}`,
        );
      } else if (fact.kind === 'client.ended') {
        const outcome = ended.get(fact.operation) ?? 'nothing';
        check(
          fact.outcome === outcome,
          fact.operation,
          () => `${fact.node} was told ${fact.outcome}, the log holds ${outcome}`,
        );
      }
    },
  };
}
