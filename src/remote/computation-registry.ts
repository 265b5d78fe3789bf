import { type Computation, labelOf } from './computation.js';
import type { IdempotencyKey } from './idempotency-key.js';

/** What carries out one computation. It is given data alone, and nothing by which it could ask for more remote work: flaw F17. */
export type ComputationHandler = (input: Uint8Array, context: HandlerContext) => Promise<Uint8Array>;

export interface HandlerContext {
  /** To be handed on to whatever can tell duplicates apart by it. */
  readonly key: IdempotencyKey;
  /** Aborts when nobody waits for the outcome any more, or the permit is lost. */
  readonly signal: AbortSignal;
}

/** Thrown by a handler: the work has failed for good, and is not tried again. Flaw F5. Anything else that it throws may go better next time. */
export class ComputationFailed extends Error {
  readonly code: string;
  override readonly name = 'ComputationFailed';
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** No handler is bound to the name. */
export class UnknownComputation extends Error {
  readonly code = 'REMOTE_UNKNOWN_COMPUTATION';
  override readonly name = 'UnknownComputation';
  readonly computation: Computation;
  constructor(computation: Computation) {
    super(`no handler is bound to the computation ${labelOf(computation)}`);
    this.computation = computation;
  }
}

/** Two handlers for one name: which of them is meant nobody can tell. */
export class ComputationBoundTwice extends Error {
  readonly code = 'REMOTE_COMPUTATION_BOUND_TWICE';
  override readonly name = 'ComputationBoundTwice';
  readonly computation: Computation;
  constructor(computation: Computation) {
    super(`two handlers are bound to the computation ${labelOf(computation)}`);
    this.computation = computation;
  }
}

/**
 * What may be asked for, and what is done then. A request brings a name and bytes, never a closure: what runs was bound to the name
 * before anything came. Flaw F28.
 */
export class ComputationRegistry {
  readonly #handlers = new Map<string, ComputationHandler>();

  /** @throws {@link ComputationBoundTwice} */
  constructor(bindings: Iterable<readonly [Computation, ComputationHandler]>) {
    for (const [computation, handler] of bindings) {
      const label = labelOf(computation);
      if (this.#handlers.has(label)) throw new ComputationBoundTwice(computation);
      this.#handlers.set(label, handler);
    }
  }

  /** @throws {@link UnknownComputation} */
  handlerOf(computation: Computation): ComputationHandler {
    const handler = this.#handlers.get(labelOf(computation));
    if (handler === undefined) throw new UnknownComputation(computation);
    return handler;
  }
}
