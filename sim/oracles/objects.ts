import type { Fact } from './facts.js';

/** One object of the store. */
export interface ModelObject {
  readonly digest: string;
  readonly holders: Set<string>;
}

/** What the store holds, folded from its log. */
export class Objects {
  readonly #objects = new Map<string, ModelObject>();
  readonly #released = new Set<string>();

  get(object: string): ModelObject | undefined {
    return this.#objects.get(object);
  }

  /** Whether the holder has let go of the object, so that it never holds it again. */
  hasReleased(object: string, holder: string): boolean {
    return this.#released.has(`${object}/${holder}`);
  }

  /** To be told of every fact, after it was judged. */
  observe(fact: Fact): void {
    if (fact.kind !== 'log.object') return;
    const { object, holder, digest } = fact;
    const known = this.#objects.get(object);
    switch (fact.standing) {
      case 'put':
        this.#objects.set(object, { digest, holders: new Set([holder]) });
        return;
      case 'held':
        known?.holders.add(holder);
        return;
      case 'released':
        this.#released.add(`${object}/${holder}`);
        if (known?.holders.delete(holder) === true && known.holders.size === 0) this.#objects.delete(object);
        return;
      case 'forgotten':
        this.#released.delete(`${object}/${holder}`);
        return;
    }
  }
}
