import type { Fact } from './facts.js';

/**
 * Operations whose program was changed under way. A step of it that is not guarded, and was tried but never journaled, may come again as
 * another one, with another key: nothing that is on record says otherwise.
 */
export class ChangedPrograms {
  readonly #texts = new Map<string, string>();
  readonly #changed = new Set<string>();

  note(fact: Extract<Fact, { kind: 'program.began' }>): void {
    const first = this.#texts.get(fact.operation) ?? fact.text;
    if (first !== fact.text) this.#changed.add(fact.operation);
    this.#texts.set(fact.operation, first);
  }

  has(operation: string): boolean {
    return this.#changed.has(operation);
  }
}
