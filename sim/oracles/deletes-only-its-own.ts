import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { Objects } from './objects.js';

/**
 * Nobody takes away what another holds, and nobody who has let go of an object holds it again: bytes never change under a name as long as
 * anybody holds it, and what somebody asks for and finds gone was let go by all who held it. What was compensated does not come back.
 */
export function deletesOnlyItsOwn(): Oracle<Fact> {
  const objects = new Objects();
  return {
    id: 'deletes-only-its-own',
    onFact(fact, check) {
      if (fact.kind === 'log.object') {
        const { object, holder, standing } = fact;
        const subject = `${object} of ${holder}`;
        const known = objects.get(object);
        const hasReleased = objects.hasReleased(object, holder);
        switch (standing) {
          case 'put':
            check(known === undefined, subject, () => {
              return `put, and ${[...(known?.holders ?? [])].join(' ')} hold other bytes, or the same`;
            });
            check(!hasReleased, subject, () => 'put again by who had let go of it');
            break;
          case 'held':
            check(known !== undefined, subject, () => 'held, and it is not there');
            check(!hasReleased, subject, () => 'held again by who had let go of it');
            break;
          case 'released':
            check(!hasReleased, subject, () => 'released twice');
            break;
          case 'forgotten':
            check(hasReleased, subject, () => 'its tombstone is forgotten, and there is none');
            break;
        }
      } else if (fact.kind === 'store.found') {
        const { node, object, digest } = fact;
        const known = objects.get(object)?.digest ?? '';
        check(digest === known, object, () => `${node} is shown "${digest}", and what is held is "${known}"`);
      }
      objects.observe(fact);
    },
  };
}
