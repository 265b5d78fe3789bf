import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * The recovered log is a prefix of what was appended, and not shorter than the last successful sync: the node serves the fold of
 * exactly those records, without a gap, a stranger or a change of order.
 */
export function recoveredPrefix(): Oracle<Fact> {
  const promised = new Map<number, string>();
  return {
    id: 'recovered-prefix',
    onFact(fact, check) {
      if (fact.kind === 'disk.promised') {
        const before = promised.get(fact.lsn);
        check(
          before === undefined || before === fact.digest,
          `lsn ${fact.lsn}`,
          () => `a promised record was replaced: ${before ?? ''} became ${fact.digest}`,
        );
        promised.set(fact.lsn, fact.digest);
        return;
      }
      if (fact.kind !== 'node.ready') return;
      if (fact.damages > 0) for (const lsn of promised.keys()) if (lsn > fact.lastLsn) promised.delete(lsn);
      check(
        fact.lastLsn >= fact.promisedLsn,
        fact.node,
        () => `a sync promised lsn ${fact.promisedLsn}; after recovery the log ends at ${fact.lastLsn}`,
      );
      check(
        fact.found === fact.expected,
        fact.node,
        () => `serves state ${fact.found} at lsn ${fact.lastLsn}; ${foldText(fact.expected)}`,
      );
    },
  };
}

/** Empty when not so many records are promised. */
function foldText(expected: string): string {
  return expected === '' ? 'no sync has promised so many records' : `the records there fold to ${expected}`;
}
