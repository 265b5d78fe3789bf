import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { isOneOf } from './is-one-of.js';

const kinds = ['log.audit', 'log.step', 'effect.applied', 'effect.queried'] as const;

/** What the disk and the outside say of one guarded effect. */
interface Standing {
  /** The policy that was recorded with its intent; '' while there is none. */
  policy: string;
  /** Whether it may have acted, with no outcome and no audit record since. */
  isOpen: boolean;
  /** Whether the run that may have tried it is over. */
  isInDoubt: boolean;
  applied: number;
  reruns: number;
  readonly audits: Set<number>;
}

/**
 * An effect whose boundary knows no keys is applied at most once, unless its policy said to run it again, and then once more for each audit
 * record at most. Each window in doubt has one audit record, with the policy that was recorded with the intent, and has it before anybody
 * asks what came of the effect, or says so. Only where nothing runs any more, since the operation is cancelled or has diverged, `rerun`
 * comes to `fail`.
 */
export function inDoubtIsAudited(): Oracle<Fact> {
  const standings = new Map<string, Map<string, Standing>>();
  const stopped = new Set<string>();
  const stepsOf = (operation: string): Map<string, Standing> => {
    let steps = standings.get(operation);
    if (steps === undefined) standings.set(operation, (steps = new Map()));
    return steps;
  };
  const standingOf = (operation: string, step: string): Standing => {
    const steps = stepsOf(operation);
    let standing = steps.get(step);
    if (standing === undefined) {
      standing = { policy: '', isOpen: false, isInDoubt: false, applied: 0, reruns: 0, audits: new Set() };
      steps.set(step, standing);
    }
    return standing;
  };
  return {
    id: 'in-doubt-is-audited',
    onFact(fact, check) {
      if (fact.kind === 'log.cancelling' || fact.kind === 'log.diverged') stopped.add(fact.operation);
      else if (fact.kind === 'program.began') {
        for (const standing of stepsOf(fact.operation).values()) standing.isInDoubt = standing.isOpen;
      } else if (isOneOf(fact, kinds)) {
        judge(standingOf(fact.operation, fact.step), fact, stopped.has(fact.operation), check);
      }
    },
  };
}

type EffectFact = Extract<Fact, { kind: (typeof kinds)[number] }>;

function judge(standing: Standing, fact: EffectFact, isStopped: boolean, check: Check): void {
  const effect = `${fact.operation}/${fact.step}`;
  const { audits } = standing;
  switch (fact.kind) {
    case 'log.audit': {
      check(!audits.has(fact.window), effect, () => `window ${fact.window} was resolved twice`);
      const isOwn = fact.policy === standing.policy;
      const isGivenUp = isStopped && standing.policy === 'rerun' && fact.policy === 'fail';
      check(isOwn || isGivenUp, effect, () => `resolved by ${fact.policy}; intended was ${standing.policy}`);
      audits.add(fact.window);
      standing.isInDoubt = false;
      standing.isOpen = fact.policy === 'rerun';
      if (standing.isOpen) standing.reruns += 1;
      return;
    }
    case 'log.step':
      check(!standing.isInDoubt || fact.standing !== 'settled', effect, () => {
        return 'was in doubt, and has an outcome without an audit record';
      });
      if (fact.standing === 'intent') standing.policy = fact.policy;
      standing.isOpen = fact.standing === 'intent';
      return;
    case 'effect.applied': {
      if (fact.dedup || !fact.guarded) return;
      standing.applied += 1;
      const { applied, reruns } = standing;
      check(applied <= 1 + reruns, effect, () => `applied ${applied} times, with ${reruns} audited reruns`);
      return;
    }
    case 'effect.queried':
      check(audits.size > 0, effect, () => 'somebody asks what came of it, and there is no audit record');
  }
}
