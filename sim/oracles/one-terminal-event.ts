import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/** Per operation, one terminal event, in one global order; and whoever watches it is told of that one. */
export function oneTerminalEvent(): Oracle<Fact> {
  const ended = new Map<string, string>();
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
        lastSeq = fact.seq;
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
