import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/** How the end of an operation is called in the registry, by how it was decided. */
const endOf: Readonly<Record<string, string>> = {
  finalized: 'completed',
  rejected: 'failed',
  aborted: 'cancelled',
  timed_out: 'timed_out',
};

/**
 * A terminal outcome is decided once, and every place that shows it shows the same: each log and whoever was told. Where there is an authority, it
 * decides, before anybody else records or shows anything; and who was told of an end is shown it from then on, wherever it looks.
 */
export function terminalImmutable(): Oracle<Fact> {
  /** By node and operation: each log has it once. */
  const recorded = new Set<string>();
  const decided = new Map<string, string>();
  const told = new Map<string, string>();
  const authority = new Decisions();
  return {
    id: 'terminal-immutable',
    onFact(fact, check) {
      authority.observe(fact, check);
      if (fact.kind === 'log.finalization') {
        const { node, operation, outcome, lsn } = fact;
        const before = decided.get(operation) ?? '';
        const isFirst = !recorded.has(`${node}/${operation}`);
        check(
          isFirst && (before === '' || before === outcome),
          operation,
          () => `${node}, lsn ${lsn}: decided as ${outcome}, but it was decided as ${before}`,
        );
        recorded.add(`${node}/${operation}`);
        decided.set(operation, outcome);
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

/** What the authority has decided, and whether everybody else keeps to it. */
class Decisions {
  readonly #settled = new Map<string, string>();
  /** By who was told of its end, and operation. */
  readonly #told = new Set<string>();
  #isThere = false;

  observe(fact: Fact, check: Check): void {
    switch (fact.kind) {
      case 'log.admitted':
        this.#isThere = true;
        return;
      case 'log.settled': {
        const before = this.#settled.get(fact.operation);
        check(before === undefined, fact.operation, () => {
          return `settled as ${fact.outcome}, and before as ${before ?? ''}`;
        });
        this.#settled.set(fact.operation, fact.outcome);
        return;
      }
      case 'log.finalization':
        return this.#judge(fact.operation, fact.outcome, `${fact.node} records`, check);
      case 'log.ended':
      case 'client.ended': {
        const outcome = Object.keys(endOf).find((each) => endOf[each] === fact.outcome) ?? fact.outcome;
        if (fact.kind === 'client.ended') this.#told.add(`${fact.node}/${fact.operation}`);
        return this.#judge(fact.operation, outcome, `${fact.kind} of ${fact.node}`, check);
      }
      case 'client.looked': {
        const { node, operation, status } = fact;
        if (!this.#isThere || !this.#told.has(`${node}/${operation}`)) return;
        // Where it is not held, nobody shows anything.
        check(status === '' || Object.values(endOf).includes(status), operation, () => {
          return `${node} was told of its end, and then that it is ${status}`;
        });
        return;
      }
      default:
    }
  }

  #judge(operation: string, outcome: string, who: string, check: Check): void {
    if (!this.#isThere) return;
    const settled = this.#settled.get(operation) ?? 'not at all';
    check(settled === outcome, operation, () => `${who} ${outcome}; it was settled ${settled}`);
  }
}
