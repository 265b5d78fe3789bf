import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * A worker sends no remote work of an operation whose end its own log holds: nobody would hear of what came of it. What was sent before may still
 * arrive.
 */
export function nothingAfterEnd(): Oracle<Fact> {
  /** By node and operation. */
  const ended = new Set<string>();
  return {
    id: 'nothing-after-end',
    onFact(fact, check) {
      if (fact.kind === 'log.ended') ended.add(`${fact.node}/${fact.operation}`);
      else if (fact.kind === 'remote.dispatched') {
        const { node, trace, key } = fact;
        check(!ended.has(`${node}/${trace}`), trace, () => `${node} has sent ${key} since it ended`);
      }
    },
  };
}
