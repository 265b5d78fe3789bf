import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * Whatever was acknowledged is there after any crash that the fault model allows: a node that serves again serves at least the
 * newest acknowledged record. What a disk lied about is not promised, and so not counted (see the cluster's witness).
 */
export function ackedDurable(): Oracle<Fact> {
  let ackedLsn = 0;
  return {
    id: 'acked-durable',
    onFact(fact, check) {
      if (fact.kind === 'client.acked') ackedLsn = Math.max(ackedLsn, fact.lsn);
      else if (fact.kind === 'node.ready') {
        const owedLsn = Math.min(ackedLsn, fact.promisedLsn);
        check(
          fact.lastLsn >= owedLsn,
          fact.node,
          () => `lsn ${owedLsn} was acknowledged; after recovery the log ends at ${fact.lastLsn}`,
        );
        if (fact.damages > 0) ackedLsn = Math.min(ackedLsn, fact.lastLsn);
      }
    },
  };
}
