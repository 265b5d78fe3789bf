/** A step of a journal, as a model of it knows it. */
interface JournaledStep {
  readonly terms: string;
  /** The text of the program that called for it. */
  readonly text: string;
}

/** The scopes that a step is in, from the outermost one: `a#0[1]/b#2` is in `a#0`. */
function lineageOf(step: string): readonly { readonly scope: string; readonly key: string }[] {
  const segments = step.split('/');
  return segments.map((segment, index) => {
    const scope = segments
      .slice(0, index)
      .map((before) => `${before}/`)
      .join('');
    return { scope, key: scope + segment.replace(/\[\d+\]$/, '') };
  });
}

/** The scope that a scope is in; undefined for the outermost one. */
function around(scope: string): string | undefined {
  return scope === '' ? undefined : scope.slice(0, scope.lastIndexOf('/', scope.length - 2) + 1);
}

/**
 * Whether one run of a program matches the journal that it began with. A model from outside: it shares no code with the engine.
 *
 * What is journaled of a scope is the beginning of its calls, in their order; a scope is journaled to its end before the scope around it
 * goes on. So a run matches when each call is the next one of its scope in the journal, on the same terms; when a call that is not
 * journaled has nothing journaled behind it, there or further out; and when no scope ends before its journal does.
 */
export class ReplayModel {
  readonly run: number;
  readonly text: string;
  readonly #journal: ReadonlyMap<string, JournaledStep>;
  readonly #expected = new Map<string, string[]>();
  readonly #allowed = new Set<string>();
  #mismatch: { readonly scope: string; readonly reason: string } | undefined;
  #isTold = false;

  constructor(run: number, text: string, journal: ReadonlyMap<string, JournaledStep>) {
    this.run = run;
    this.text = text;
    this.#journal = new Map(journal);
    const seen = new Set<string>();
    for (const { scope, key } of [...journal.keys()].flatMap(lineageOf)) {
      if (seen.has(key)) continue;
      seen.add(key);
      this.#expect(scope).push(key);
    }
  }

  /** Why the run does not match; undefined while it does. */
  get mismatch(): string | undefined {
    return this.#mismatch?.reason;
  }

  /** Whether all that is journaled was called for by a program of this very text. */
  get isOfOneText(): boolean {
    return [...this.#journal.values()].every(({ text }) => text === this.text);
  }

  called(scope: string, step: string, terms: string): void {
    if (this.#isStopped(scope)) return;
    const expected = this.#expect(scope);
    const [next] = expected;
    if (next === undefined) {
      const behind = this.#behind(scope);
      if (behind !== undefined)
        return this.#fail(scope, `${step} is new, and ${behind} is journaled behind it`);
    } else if (next !== step) {
      return this.#fail(scope, `${step} where ${next} is journaled`);
    } else {
      expected.shift();
      const before = this.#journal.get(step)?.terms;
      if (before !== terms) return this.#fail(scope, `${step} is ${terms}, and was ${before ?? 'a scope'}`);
    }
    this.#allowed.add(step);
  }

  forked(scope: string, step: string, branches: number): void {
    if (this.#isStopped(scope)) return;
    const expected = this.#expect(scope);
    const [next] = expected;
    if (next === step) expected.shift();
    else if (expected.includes(step)) this.#fail(scope, `${step} where ${next ?? ''} is journaled`);
    for (const [inner, [missed]] of this.#expected) {
      const index = Number(/^\[(\d+)\]\/$/.exec(inner.startsWith(step) ? inner.slice(step.length) : '')?.[1]);
      if (index >= branches && missed !== undefined) this.#fail(scope, `${step} has no branch for ${missed}`);
    }
  }

  left(scope: string): void {
    const [missed] = scope === '' ? [...this.#expected.values()].flat() : this.#expect(scope);
    if (missed !== undefined) this.#fail(scope, `${scope === '' ? 'it' : scope} ended without ${missed}`);
  }

  /** The program, or the disk, was told that the run is over: nothing of it begins any more. */
  told(): void {
    this.#isTold = true;
  }

  /** Whether this step was called for while the run matched. */
  allows(step: string): boolean {
    return this.#allowed.has(step);
  }

  #expect(scope: string): string[] {
    let expected = this.#expected.get(scope);
    if (expected === undefined) this.#expected.set(scope, (expected = []));
    return expected;
  }

  /** What is journaled further out, behind the place of this scope. */
  #behind(scope: string): string | undefined {
    for (let outer = around(scope); outer !== undefined; outer = around(outer)) {
      const [next] = this.#expect(outer);
      if (next !== undefined) return next;
    }
    return undefined;
  }

  /** Other branches may go on until somebody is told. */
  #isStopped(scope: string): boolean {
    const at = this.#mismatch?.scope;
    return this.#isTold || (at !== undefined && (scope.startsWith(at) || at.startsWith(scope)));
  }

  #fail(scope: string, reason: string): void {
    this.#mismatch ??= { scope, reason };
  }
}
