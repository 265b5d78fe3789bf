import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * A changed byte is detected, or confined to the unsynced tail. A node on a disk that did something wrong either serves
 * everything promised, unchanged, or refuses to start, says where, and changes nothing. A node that refuses without such a cause
 * raises a false alarm, which counts as a violation as well.
 */
export function noSilentCorruption(): Oracle<Fact> {
  return {
    id: 'no-silent-corruption',
    onFact(fact, check) {
      if (fact.kind === 'node.refused') {
        check(
          fact.excused,
          fact.node,
          () => `refused to start (${fact.code}) on a disk that did nothing wrong`,
        );
        check(fact.located, fact.node, () => `refused to start (${fact.code}) without naming the file`);
        check(fact.untouched, fact.node, () => `refused to start (${fact.code}) and changed the disk`);
      } else if (fact.kind === 'disk.garbled') {
        check(false, `lsn ${fact.lsn}`, () => `a promised record cannot be read: ${fact.reason}`);
      } else if (fact.kind === 'node.ready' && fact.damages > 0) {
        check(
          fact.lastLsn >= fact.promisedLsn && fact.found === fact.expected,
          fact.node,
          () =>
            `serves ${fact.found} at lsn ${fact.lastLsn} from a damaged disk; promised ${fact.promisedLsn}`,
        );
      }
    },
  };
}
