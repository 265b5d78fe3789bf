import type { Fact } from './facts.js';
import { callOf } from './operation-facts.js';
import { isAlive, type RegistryModel } from './registry-model.js';

/**
 * Who is owed the end of which operation: whoever watches it, and whose watch began, for all to see, before anything that could have ended
 * it was under way. Such an operation stays until he is told.
 */
export class WatchPins {
  readonly #model: RegistryModel;
  /** By call. */
  readonly #watches = new Map<string, string>();
  /** Calls under way that may end or evict something. */
  readonly #ending = new Set<string>();

  constructor(model: RegistryModel) {
    this.#model = model;
  }

  /** The call of somebody who has to be told of the operation's end first. */
  pinnedBy(operation: string): string | undefined {
    return [...this.#watches].find(([, watched]) => watched === operation)?.[0];
  }

  observe(fact: Fact): void {
    if (fact.kind === 'call.reached') {
      if (fact.purpose === 'end' || fact.purpose === 'collect') this.#ending.add(callOf(fact));
      if (fact.purpose !== 'watch' || this.#ending.size > 0) return;
      const held = this.#model.held.get(fact.subject);
      if (held !== undefined && isAlive(held)) this.#watches.set(callOf(fact), fact.subject);
    } else if (fact.kind === 'client.accepted' || fact.kind === 'client.refused') {
      this.#ending.delete(callOf(fact));
    } else if (fact.kind === 'client.watched') {
      this.#watches.delete(callOf(fact));
    } else if (fact.kind === 'client.answered') {
      this.#ending.delete(callOf(fact));
      this.#watches.delete(callOf(fact));
    } else if (fact.kind === 'node.ready') {
      this.#ending.clear();
      this.#watches.clear();
    }
  }
}
