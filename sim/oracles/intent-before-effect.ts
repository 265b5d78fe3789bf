import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/** A guarded effect reaches the outside only after its intent is durable. */
export function intentBeforeEffect(): Oracle<Fact> {
  const intended = new Set<string>();
  return {
    id: 'intent-before-effect',
    onFact(fact, check) {
      if (fact.kind === 'log.intent') intended.add(`${fact.operation}/${fact.step}`);
      else if (fact.kind === 'effect.applied' && fact.guarded) {
        const effect = `${fact.operation}/${fact.step}`;
        check(intended.has(effect), effect, () => 'applied before a sync had promised its intent');
      }
    },
  };
}
