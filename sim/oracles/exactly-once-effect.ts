import type { Oracle } from '../kernel/oracle.js';
import { ChangedPrograms } from './changed-programs.js';
import type { Fact } from './facts.js';

/**
 * The outside world shows at most one application per logical effect, where it knows a key that it has seen, and where the policy that was
 * recorded with the intent does not let it run again; and one for each step that a program has passed on its way to its end. What the store has
 * done once and recorded, it does not do again. A logical effect is a step of an operation, whatever keys and lives it took.
 */
export function exactlyOnceEffect(): Oracle<Fact> {
  const applied = new Map<string, number>();
  /** Effects that may be run again without being known. */
  const rerun = new Set<string>();
  const changed = new ChangedPrograms();
  /** Requests to the store whose end is on record, by key. */
  const recorded = new Set<string>();
  /** And those that are under way. */
  const running = new Set<string>();
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
      } else if (fact.kind === 'log.run-begun') {
        check(!recorded.has(fact.key), fact.key, () => 'begun again, and how it ended is on record');
        check(!running.has(fact.key), fact.key, () => 'begun again while it is under way');
        running.add(fact.key);
      } else if (fact.kind === 'log.run-abandoned') {
        running.delete(fact.key);
      } else if (fact.kind === 'log.run-recorded') {
        check(!recorded.has(fact.key), fact.key, () => `ended as ${fact.outcome}, and it had ended before`);
        recorded.add(fact.key);
        running.delete(fact.key);
      } else if (fact.kind === 'log.request-forgotten') {
        recorded.delete(fact.key);
      } else if (fact.kind === 'program.ended') {
        const effect = `${fact.operation}/${fact.step}`;
        const isDone = applied.has(`${effect} true`) || applied.has(`${effect} false`);
        check(isDone, effect, () => `the program has ended, and it was never applied`);
      }
    },
  };
}
