import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/** A replayed step returns the value that the program first saw. */
export function replayedValueStable(): Oracle<Fact> {
  const answers = new Map<string, string>();
  return {
    id: 'replayed-value-stable',
    onFact(fact, check) {
      if (fact.kind !== 'step.answered') return;
      const step = `${fact.operation}/${fact.step}`;
      const first = answers.get(step) ?? fact.answer;
      check(first === fact.answer, step, () => `answered ${fact.answer}, and at first ${first}`);
      answers.set(step, first);
    },
  };
}
