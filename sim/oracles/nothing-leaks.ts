import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { isOneOf } from './is-one-of.js';

const kinds = [
  'node.opened',
  'timer.set',
  'timer.gone',
  'log.step',
  'log.timer-fired',
  'log.ended',
  'node.closed',
] as const;

/**
 * Nothing outlives its owner. A node that has closed by itself holds no timer, file or lock; once an operation has ended, nobody waits for
 * its timers any more; and when nothing is left to happen, nobody waits for time.
 */
export function nothingLeaks(): Oracle<Fact> {
  const wakes = new Map<number, number>();
  /** By operation and step: when it is due. Of operations that have not ended, and timers that have not fired. */
  const dues = new Map<string, Map<string, number>>();
  const ended = (operation: string, check: Check): void => {
    const own = dues.get(operation) ?? new Map<string, number>();
    dues.delete(operation);
    for (const [step, dueMs] of own) {
      const sleepers = [...wakes.values()].filter((wakeMs) => wakeMs === dueMs).length;
      const owners = [...dues.values()].flatMap((others) => [...others.values()]);
      const others = owners.filter((other) => other === dueMs).length;
      check(sleepers <= others, operation, () => `has ended, and its timer ${step} is still waited for`);
    }
  };
  return {
    id: 'nothing-leaks',
    onFact(fact, check) {
      if (!isOneOf(fact, kinds)) return;
      switch (fact.kind) {
        case 'node.opened':
          return wakes.clear();
        case 'timer.set':
          wakes.set(fact.timer, fact.wakeMs);
          return;
        case 'timer.gone':
          wakes.delete(fact.timer);
          return;
        case 'log.step': {
          if (fact.standing !== 'timer') return;
          const own = dues.get(fact.operation) ?? new Map<string, number>();
          dues.set(fact.operation, own.set(fact.step, fact.dueMs));
          return;
        }
        case 'log.timer-fired':
          dues.get(fact.operation)?.delete(fact.step);
          return;
        case 'log.ended':
          return ended(fact.operation, check);
        case 'node.closed':
          check(wakes.size === 0, fact.node, () => `has closed, and still waits for ${wakes.size} timers`);
          check(
            fact.handles === 0,
            fact.node,
            () => `has closed, and still holds ${fact.handles} files and locks`,
          );
          return;
      }
    },
    atQuiescence(check) {
      check(wakes.size === 0, 'timers', () => `${wakes.size} timers are waited for, and none will ring`);
    },
  };
}
