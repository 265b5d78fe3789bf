import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/** One idempotency key stands for one logical step, and one logical step for one key. */
export function oneKeyOneInput(): Oracle<Fact> {
  const keyOf = new Map<string, string>();
  const effectOf = new Map<string, string>();
  return {
    id: 'one-key-one-input',
    onFact(fact, check) {
      if (fact.kind !== 'effect.applied') return;
      const effect = `${fact.operation}/${fact.step}`;
      const key = keyOf.get(effect) ?? fact.key;
      const owner = effectOf.get(fact.key) ?? effect;
      check(key === fact.key, effect, () => `asked under key ${fact.key}, and before under ${key}`);
      check(owner === effect, effect, () => `asked under the key of ${owner}`);
      keyOf.set(effect, key);
      effectOf.set(fact.key, owner);
    },
  };
}
