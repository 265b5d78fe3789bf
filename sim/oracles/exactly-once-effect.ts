import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * The outside world shows at most one application per logical effect, where it knows a key that it has seen; and exactly one for each step
 * that a program has passed on its way to its end. A logical effect is a step of an operation, whatever keys and lives it took.
 */
export function exactlyOnceEffect(): Oracle<Fact> {
  const applied = new Map<string, number>();
  return {
    id: 'exactly-once-effect',
    onFact(fact, check) {
      if (fact.kind === 'effect.applied' && fact.dedup) {
        const effect = `${fact.operation}/${fact.step}`;
        const times = (applied.get(effect) ?? 0) + 1;
        applied.set(effect, times);
        check(times === 1, effect, () => `applied ${times} times, now under key ${fact.key}`);
      } else if (fact.kind === 'program.ended') {
        const effect = `${fact.operation}/${fact.step}`;
        check(applied.get(effect) === 1, effect, () => `the program has ended, and it was never applied`);
      }
    },
  };
}
