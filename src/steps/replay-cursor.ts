import { lineageOf, type StepKey, stepKeyOf } from './step-key.js';

/**
 * Gives each step its key at call time, and says whether the calls of a program follow what its attempt has journaled.
 *
 * Within one scope one step runs at a time, so what is journaled of a scope is the beginning of its calls, in their order. Between
 * branches any order will do. A scope ends before the next call of the scope around it, so whoever finds that call journaled knows that
 * the scope within is journaled to its end. That makes insertions, omissions, renamings and reorderings divergences, before anything
 * new acts.
 *
 * It holds keys only, at most as many as an attempt may have steps; values stay in the journal, are looked up one by one, and are
 * dropped from it when the execution ends. Looking up does not consume: a key can be asked for again. References B5, Z9, Z10, Z18.
 */
export class ReplayCursor {
  /** By scope: what is journaled and was not called yet. */
  readonly #expected = new Map<string, StepKey[]>();
  /** By parallel scope: how many branches of it the journal knows. */
  readonly #branchCounts = new Map<string, number>();
  /** How often each name was called in its scope. */
  readonly #occurrences = new Map<string, number>();
  /** How many in all are still expected. */
  #expectedCount = 0;
  /** All that is journaled or was called. */
  readonly #keys = new Set<StepKey>();

  constructor(journaled: readonly StepKey[]) {
    for (const { scope, key } of journaled.flatMap(lineageOf)) {
      if (this.#keys.has(key)) continue;
      this.#keys.add(key);
      this.#queueOf(scope).push(key);
      this.#expectedCount += 1;
      const [, parallel = '', index = ''] = /^(.+)\[(\d+)\]\/$/.exec(scope) ?? [];
      const known = this.#branchCounts.get(parallel) ?? 0;
      if (parallel !== '') this.#branchCounts.set(parallel, Math.max(known, Number(index) + 1));
    }
    // Taken from the end.
    for (const queue of this.#expected.values()) queue.reverse();
  }

  /** How many steps and scopes there are: journaled, called, or both. */
  get size(): number {
    return this.#keys.size;
  }

  /** The key of the next call of that name in that scope. */
  take(scope: string, name: string): StepKey {
    const counted = `${scope}${name}`;
    const occurrence = this.#occurrences.get(counted) ?? 0;
    this.#occurrences.set(counted, occurrence + 1);
    const key = stepKeyOf(`${counted}#${occurrence}`);
    this.#keys.add(key);
    return key;
  }

  /** Takes a call as made. Returns the key that is journaled in its place, when that is another one. */
  pass(scope: string, key: StepKey): StepKey | undefined {
    const queue = this.#queueOf(scope);
    if (queue.at(-1) !== key) return queue.at(-1);
    this.#meet(queue);
    return undefined;
  }

  /** As {@link pass} for a parallel scope, which is journaled by what happens in it, or not at all: then it may come anywhere. */
  enter(scope: string, key: StepKey): StepKey | undefined {
    const queue = this.#queueOf(scope);
    if (queue.at(-1) !== key) return queue.includes(key) ? queue.at(-1) : undefined;
    this.#meet(queue);
    return undefined;
  }

  /** A key that is journaled in a scope, which has ended, and was not called in it. */
  missedIn(scope: string): StepKey | undefined {
    return this.#expected.get(scope)?.at(-1);
  }

  /** A key that is journaled in a branch of a parallel scope that has only so many branches now. */
  missedFrom(key: StepKey, branches: number): StepKey | undefined {
    const count = this.#branchCounts.get(key) ?? 0;
    for (let index = branches; index < count; index += 1) {
      const missed = this.missedIn(`${key}[${index}]/`);
      if (missed !== undefined) return missed;
    }
    return undefined;
  }

  /** A key that is journaled in one of the scopes around this one, behind it: what happens in this one is all journaled. */
  expectedAround(scope: string): StepKey | undefined {
    for (let around = outside(scope); around !== undefined; around = outside(around)) {
      const expected = this.#expected.get(around)?.at(-1);
      if (expected !== undefined) return expected;
    }
    return undefined;
  }

  /** Whether all that is journaled was called. */
  get isReplayed(): boolean {
    return this.#expectedCount === 0;
  }

  /** A key that is journaled and was never called. */
  get unmet(): StepKey | undefined {
    return [...this.#expected.values()].flat().at(-1);
  }

  #meet(queue: StepKey[]): void {
    queue.pop();
    this.#expectedCount -= 1;
  }

  #queueOf(scope: string): StepKey[] {
    let queue = this.#expected.get(scope);
    if (queue === undefined) this.#expected.set(scope, (queue = []));
    return queue;
  }
}

/** The scope that a scope is in; undefined for the outermost one. */
function outside(scope: string): string | undefined {
  return scope === '' ? undefined : scope.slice(0, scope.lastIndexOf('/', scope.length - 2) + 1);
}
