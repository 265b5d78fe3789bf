import type { Oracle } from '../kernel/oracle.js';
import { type Fact, type Level, rank } from './facts.js';

/**
 * Per operation, in the log as it is on the disk, across crash and recovery: levels never regress, every escalation starts where
 * the last one ended, nothing escalates after a terminal outcome, and no gate is above the level that its operation has reached.
 */
export function monotonicEscalation(): Oracle<Fact> {
  const reached = new Map<string, Level>();
  const decided = new Map<string, string>();
  return {
    id: 'monotonic-escalation',
    onFact(fact, check) {
      if (fact.kind === 'log.escalation') {
        const at = reached.get(fact.operation) ?? 'none';
        const move = `${fact.previous} -> ${fact.next}`;
        check(
          rank(fact.next) > rank(fact.previous),
          fact.operation,
          () => `lsn ${fact.lsn}: ${move} is no escalation`,
        );
        check(fact.previous === at, fact.operation, () => `lsn ${fact.lsn}: ${move}, but it was at ${at}`);
        const outcome = decided.get(fact.operation);
        check(outcome === undefined, fact.operation, () => `lsn ${fact.lsn}: ${move} after ${outcome ?? ''}`);
        reached.set(fact.operation, fact.next);
      } else if (fact.kind === 'log.finalization') decided.set(fact.operation, fact.outcome);
      else if (fact.kind === 'log.gate') {
        const at = reached.get(fact.operation) ?? 'none';
        check(
          rank(at) >= rank(fact.level),
          fact.operation,
          () => `lsn ${fact.lsn}: gate at ${fact.level} crossed at level ${at}`,
        );
      }
    },
  };
}
