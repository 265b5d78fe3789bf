import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * With faults off and nothing left to happen, every request has been answered, unless a node refused, with cause, to start on a
 * damaged disk.
 */
export function converges(): Oracle<Fact> {
  const pending = new Map<string, string>();
  const refused = new Set<string>();
  return {
    id: 'converges',
    onFact(fact) {
      if (fact.kind === 'client.asked') pending.set(`${fact.node}/${fact.request}`, fact.node);
      else if (fact.kind === 'client.answered') pending.delete(`${fact.node}/${fact.request}`);
      else if (fact.kind === 'node.refused' && fact.excused) refused.add(fact.node);
      else if (fact.kind === 'node.ready') refused.delete(fact.node);
    },
    atQuiescence(check) {
      const [first] = pending.keys();
      check(
        first === undefined || refused.size > 0,
        first ?? '',
        () => `${pending.size} requests were never answered, the first is ${first ?? ''}`,
      );
    },
  };
}
