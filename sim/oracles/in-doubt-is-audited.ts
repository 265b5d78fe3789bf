import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * An effect whose boundary knows no keys is applied at most once, unless its policy said to run it again, and then once more for each audit
 * record at most; and each window in doubt has one audit record.
 */
export function inDoubtIsAudited(): Oracle<Fact> {
  const applied = new Map<string, number>();
  const reruns = new Map<string, number>();
  const audits = new Set<string>();
  return {
    id: 'in-doubt-is-audited',
    onFact(fact, check) {
      if (fact.kind === 'log.audit') {
        const effect = `${fact.operation}/${fact.step}`;
        const window = `${effect}/${fact.window}`;
        check(!audits.has(window), effect, () => `window ${fact.window} was resolved twice`);
        audits.add(window);
        if (fact.policy === 'rerun') reruns.set(effect, (reruns.get(effect) ?? 0) + 1);
      } else if (fact.kind === 'effect.applied' && !fact.dedup) {
        const effect = `${fact.operation}/${fact.step}`;
        const times = (applied.get(effect) ?? 0) + 1;
        applied.set(effect, times);
        const allowed = 1 + (reruns.get(effect) ?? 0);
        check(times <= allowed, effect, () => `applied ${times} times, with ${allowed - 1} audited reruns`);
      }
    },
  };
}
