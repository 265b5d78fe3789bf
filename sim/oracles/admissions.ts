import type { Fact } from './facts.js';
import { callOf } from './operation-facts.js';

/** How many may be alive by the words of those who register. */
export class Admissions {
  /** Registrations under way. */
  readonly #calls = new Map<string, { readonly operation: string; readonly activeMax: number }>();

  /** How many may be alive when the operation is registered, by whichever call that was; Infinity when nobody is known to have called. */
  limitOf(operation: string): number {
    const limits = [...this.#calls.values()]
      .filter((call) => call.operation === operation)
      .map(({ activeMax }) => (activeMax === 0 ? Infinity : activeMax));
    return limits.length === 0 ? Infinity : Math.max(...limits);
  }

  observe(fact: Fact): void {
    if (fact.kind === 'call.reached' && fact.purpose === 'register') {
      this.#calls.set(callOf(fact), { operation: fact.subject, activeMax: fact.activeMax });
    } else if (fact.kind === 'client.answered') {
      this.#calls.delete(callOf(fact));
    } else if (fact.kind === 'node.ready') {
      // What a former life was asked for may have reached the disk.
      this.#calls.clear();
    }
  }
}
