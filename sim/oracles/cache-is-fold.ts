import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

type CacheFact = Extract<Fact, { kind: `log.evidence-${string}` }>;

/** Failures that stay true for their request. */
const lasting: ReadonlySet<string> = new Set([
  'success',
  'invalid_input',
  'invalid_evidence',
  'contract_violation',
]);

/**
 * The evidence cache equals the fold of the log, and holds neither blocked nor transient failures; and nothing is evicted that its operation
 * still needs.
 */
export function cacheIsFold(): Oracle<Fact> {
  const log: CacheFact[] = [];
  const needed = new Map<string, string>();
  return {
    id: 'cache-is-fold',
    onFact(fact, check) {
      switch (fact.kind) {
        case 'log.evidence-recorded':
          log.push(fact);
          needed.set(fact.evidence, fact.operation);
          check(lasting.has(fact.status), fact.evidence, () => `${fact.status} is held, and may pass`);
          return;
        case 'log.evidence-released':
          log.push(fact);
          for (const [evidence, operation] of needed) {
            if (operation === fact.operation) needed.delete(evidence);
          }
          return;
        case 'log.evidence-evicted': {
          log.push(fact);
          const operation = needed.get(fact.evidence);
          check(operation === undefined, fact.evidence, () => `evicted, and ${operation ?? ''} needs it`);
          return;
        }
        case 'node.cache': {
          const expected = folded(log, fact.lsn);
          check(
            fact.held === expected,
            fact.node,
            () => `at lsn ${fact.lsn} it holds ${fact.held}, the log holds ${expected}`,
          );
          return;
        }
        default:
      }
    },
  };
}

/** All that is held after the records up to `lsn`, in the order of their ids. */
function folded(log: readonly CacheFact[], lsn: number): string {
  const held = new Map<string, string>();
  for (const fact of log) {
    if (fact.lsn > lsn) break;
    if (fact.kind === 'log.evidence-recorded') held.set(fact.evidence, fact.digest);
    else if (fact.kind === 'log.evidence-evicted') held.delete(fact.evidence);
  }
  return [...held]
    .map(([evidence, digest]) => `${evidence}=${digest}`)
    .sort()
    .join(' ');
}
