import type { Fact } from './facts.js';
import { callOf, wordsOf } from './operation-facts.js';
import { isAlive, type RegistryModel } from './registry-model.js';

/**
 * What each call that collects has to take with it: everything that had ended, for all to see, when the call came, and that nobody
 * watched or waited for.
 */
export class Collections {
  readonly #model: RegistryModel;
  /** Open watches: the operation by call. */
  readonly #watches = new Map<string, string>();
  readonly #due = new Map<string, Set<string>>();

  constructor(model: RegistryModel) {
    this.#model = model;
  }

  /** Something that the call had to take, and that is still held. */
  leftBy(call: string): string | undefined {
    return [...(this.#due.get(call) ?? [])].find((operation) => this.#model.held.has(operation));
  }

  observe(fact: Fact): void {
    if (fact.kind === 'call.reached') {
      if (fact.purpose === 'watch') this.#watches.set(callOf(fact), fact.subject);
      if (fact.purpose === 'collect') this.#due.set(callOf(fact), this.#collectable());
    } else if (fact.kind === 'log.wait-opened') {
      // It may have been decided before the collection.
      for (const due of this.#due.values()) for (const member of wordsOf(fact.members)) due.delete(member);
    } else if (fact.kind === 'log.registered') {
      for (const due of this.#due.values()) due.delete(fact.operation);
    } else if (fact.kind === 'client.watched') {
      this.#watches.delete(callOf(fact));
    } else if (fact.kind === 'client.answered') {
      this.#watches.delete(callOf(fact));
      this.#due.delete(callOf(fact));
    } else if (fact.kind === 'node.ready') {
      this.#watches.clear();
    }
  }

  #collectable(): Set<string> {
    const watched = new Set(this.#watches.values());
    const free = [...this.#model.held.values()].filter(
      (held) => !isAlive(held) && !watched.has(held.operation) && !this.#model.isAwaited(held.operation),
    );
    return new Set(free.map(({ operation }) => operation));
  }
}
