import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/** A terminal outcome is decided once, and every place that shows it shows the same: the log and whoever was told. */
export function terminalImmutable(): Oracle<Fact> {
  const decided = new Map<string, string>();
  const told = new Map<string, string>();
  return {
    id: 'terminal-immutable',
    onFact(fact, check) {
      if (fact.kind === 'log.finalization') {
        const before = decided.get(fact.operation);
        check(
          before === undefined,
          fact.operation,
          () => `lsn ${fact.lsn}: decided as ${fact.outcome}, but it was decided as ${before ?? ''}`,
        );
        decided.set(fact.operation, fact.outcome);
      } else if (fact.kind === 'client.told') {
        const outcome = decided.get(fact.operation) ?? '';
        check(
          fact.outcome === '' || fact.outcome === outcome,
          fact.operation,
          () => `${fact.node} was told "${fact.outcome}", the log holds "${outcome}"`,
        );
        const key = `${fact.node}/${fact.operation}`;
        const before = told.get(key) ?? '';
        check(
          before === '' || fact.outcome === before,
          fact.operation,
          () => `${fact.node} was told "${before}" and then "${fact.outcome}"`,
        );
        told.set(key, fact.outcome);
      }
    },
  };
}
