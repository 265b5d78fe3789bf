import type { Oracle } from '../kernel/oracle.js';
import { ChangedPrograms } from './changed-programs.js';
import type { Fact } from './facts.js';

/**
 * The outside world shows at most one application per logical effect, where it knows a key that it has seen, and where the policy that was
 * recorded with the intent does not let it run again; and one for each step that a program has passed on its way to its end. A logical
 * effect is a step of an operation, whatever keys and lives it took.
 */
export function exactlyOnceEffect(): Oracle<Fact> {
  const applied = new Map<string, number>();
  /** Effects that may be run again without being known. */
  const rerun = new Set<string>();
  const changed = new ChangedPrograms();
  return {
    id: 'exactly-once-effect',
    onFact(fact, check) {
      if (fact.kind === 'program.began') changed.note(fact);
      else if (fact.kind === 'log.step' && fact.policy === 'rerun') {
        rerun.add(`${fact.operation}/${fact.step}`);
      } else if (fact.kind === 'effect.applied' && (fact.dedup || fact.guarded)) {
        const effect = `${fact.operation}/${fact.step}`;
        const isFree = fact.guarded ? !fact.dedup && rerun.has(effect) : changed.has(fact.operation);
        const logical = `${effect} ${fact.guarded}`;
        const times = (applied.get(logical) ?? 0) + 1;
        applied.set(logical, times);
        check(times === 1 || isFree, effect, () => `applied ${times} times, now under key ${fact.key}`);
      } else if (fact.kind === 'program.ended') {
        const effect = `${fact.operation}/${fact.step}`;
        const isDone = applied.has(`${effect} true`) || applied.has(`${effect} false`);
        check(isDone, effect, () => `the program has ended, and it was never applied`);
      }
    },
  };
}
