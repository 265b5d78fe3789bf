import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

const toldMax = 3;

/**
 * With faults off and nothing left to happen, every request has been answered, and so every operation that somebody waits for has ended,
 * unless a node refused, with cause, to start on a damaged disk.
 */
export function converges(): Oracle<Fact> {
  const pending = new Map<string, string>();
  const refused = new Set<string>();
  /** Of each operation that has not ended: what the log said of it last. */
  const unended = new Map<string, string>();
  return {
    id: 'converges',
    onFact(fact) {
      if (fact.kind === 'client.asked') pending.set(`${fact.node}/${fact.request}`, fact.node);
      else if (fact.kind === 'client.answered') pending.delete(`${fact.node}/${fact.request}`);
      else if (fact.kind === 'node.refused' && fact.excused) refused.add(fact.node);
      else if (fact.kind === 'node.ready') refused.delete(fact.node);
      else if (fact.kind === 'log.registered') unended.set(fact.operation, 'log.registered');
      else if (fact.kind === 'log.ended') unended.delete(fact.operation);
      else if ('step' in fact && 'operation' in fact && unended.has(fact.operation)) {
        unended.set(fact.operation, `${fact.kind} ${fact.step}`);
      }
    },
    atQuiescence(check) {
      const [first] = pending.keys();
      check(
        first === undefined || refused.size > 0,
        first ?? '',
        () => `${pending.size} requests were never answered, the first is ${first ?? ''}${stuck(unended)}`,
      );
    },
  };
}

/** Which operations have not ended, and what was heard of each last. */
function stuck(unended: ReadonlyMap<string, string>): string {
  if (unended.size === 0) return '';
  const told = [...unended].slice(0, toldMax).map(([operation, last]) => `${operation} (last: ${last})`);
  const more = unended.size > toldMax ? `, and ${unended.size - toldMax} more` : '';
  return `; not ended: ${told.join(', ')}${more}`;
}
