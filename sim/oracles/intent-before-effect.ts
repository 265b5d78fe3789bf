import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * A guarded effect reaches the outside only after its intent is durable; and the store does nothing for a request before it is on record that it
 * has begun to, and nothing after it is on record how that ended.
 */
export function intentBeforeEffect(): Oracle<Fact> {
  const intended = new Set<string>();
  /** Runs of the store, by key. */
  const running = new Set<string>();
  return {
    id: 'intent-before-effect',
    onFact(fact, check) {
      switch (fact.kind) {
        case 'log.intent':
          intended.add(`${fact.operation}/${fact.step}`);
          return;
        case 'effect.applied': {
          if (!fact.guarded) return;
          const effect = `${fact.operation}/${fact.step}`;
          check(intended.has(effect), effect, () => 'applied before a sync had promised its intent');
          return;
        }
        case 'log.run-begun':
          running.add(fact.key);
          return;
        case 'log.run-recorded':
        case 'log.run-abandoned':
          running.delete(fact.key);
          return;
        case 'store.effect':
          check(running.has(fact.key), fact.key, () => 'done before a sync had promised that it has begun');
          return;
        default:
      }
    },
  };
}
