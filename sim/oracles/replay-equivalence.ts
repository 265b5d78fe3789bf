import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * fold(snapshot, durable suffix) equals the live durable state; recovering twice equals recovering once. Seen as pairs of folds
 * that must come to the same state: live against the records on the disk, and a second recovery against the first.
 */
export function replayEquivalence(): Oracle<Fact> {
  return {
    id: 'replay-equivalence',
    onFact(fact, check) {
      if (fact.kind !== 'node.folded') return;
      check(
        fact.found === fact.expected,
        fact.node,
        () => `${fact.way} at lsn ${fact.lsn}: came to ${fact.found}, should be ${fact.expected}`,
      );
    },
  };
}
