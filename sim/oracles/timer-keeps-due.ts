import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { isOneOf } from './is-one-of.js';

const kinds = ['log.step', 'log.timer-fired', 'step.answered', 'timer.set'] as const;

/**
 * A timer is armed once, is waited for until the time that stands on the disk, and fires no earlier; the program goes on only when that is
 * durable.
 *
 * @param ownWaitsMs - For so long, and not until a stored time, the node may wait by itself: for what it is about to give up, or to try again.
 */
export function timerKeepsDue(ownWaitsMs: readonly number[]): Oracle<Fact> {
  const dues = new Map<string, number>();
  const fired = new Set<string>();
  return {
    id: 'timer-keeps-due',
    onFact(fact, check) {
      if (!isOneOf(fact, kinds)) return;
      switch (fact.kind) {
        case 'log.step': {
          if (fact.standing !== 'timer') return;
          const timer = `${fact.operation}/${fact.step}`;
          check(!dues.has(timer), timer, () => `is armed again, for ${fact.dueMs}`);
          dues.set(timer, fact.dueMs);
          return;
        }
        case 'log.timer-fired': {
          const timer = `${fact.operation}/${fact.step}`;
          const dueMs = dues.get(timer) ?? Infinity;
          check(Math.min(fact.firedMs, fact.nowMs) >= dueMs, timer, () => {
            return `fired at ${fact.firedMs}, seen at ${fact.nowMs}, and due at ${dueMs}`;
          });
          fired.add(timer);
          return;
        }
        case 'step.answered': {
          const timer = `${fact.operation}/${fact.step}`;
          if (dues.has(timer)) check(fired.has(timer), timer, () => 'woke its program before it had fired');
          return;
        }
        case 'timer.set': {
          const { nowMs, wakeMs } = fact;
          const isKnown =
            wakeMs <= nowMs || ownWaitsMs.includes(wakeMs - nowMs) || [...dues.values()].includes(wakeMs);
          check(isKnown, fact.node, () => `sleeps until ${wakeMs}, and no timer on the disk is due then`);
          return;
        }
      }
    },
  };
}
