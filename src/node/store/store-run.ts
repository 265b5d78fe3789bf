import type { ExecuteAnswer } from '../../remote/execute-answer.js';
import type { DedupState } from '../../remote/dedup-state.js';
import type { IdempotencyKey } from '../../remote/idempotency-key.js';

/** Who asks: for which session, in which generation of its ownership. */
export interface Asker {
  readonly sessionId: string;
  readonly generation: number;
}

/** What came of a run, for all who wait for it. */
export type RunEnd =
  | Extract<ExecuteAnswer, { readonly kind: 'outcome' }>
  | { readonly kind: 'full' | 'unavailable'; readonly code: string; readonly message: string };

/** One run of a request, and who waits for it: who began it, and all who attached since. */
export class StoreRun {
  readonly key: IdempotencyKey;
  readonly run: number;
  readonly ended: Promise<RunEnd>;
  readonly #askers: Asker[];
  #end: { resolve(end: RunEnd): void; reject(error: unknown): void } = { resolve() {}, reject() {} };

  constructor(key: IdempotencyKey, run: number, asker: Asker) {
    this.key = key;
    this.run = run;
    this.#askers = [asker];
    this.ended = new Promise((resolve, reject) => {
      this.#end = { resolve, reject };
    });
  }

  attach(asker: Asker): void {
    this.#askers.push(asker);
  }

  /** In whose name it may act now; undefined when all who asked were fenced off meanwhile. Flaw F32, mutant O2. */
  liveAsker(state: DedupState): Asker | undefined {
    return this.#askers.find((asker) => fenceAbove(state, asker) === undefined);
  }

  async endWith(end: Promise<RunEnd>): Promise<void> {
    try {
      this.#end.resolve(await end);
    } catch (error) {
      this.#end.reject(error);
    }
  }
}

/** The generation that fences an asker off; undefined when none does. */
export function fenceAbove({ fences }: DedupState, { sessionId, generation }: Asker): number | undefined {
  const highest = fences.get(sessionId)?.generation;
  return highest !== undefined && generation < highest ? highest : undefined;
}
