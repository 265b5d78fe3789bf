import type { OperationsEntry } from '../operations/entry.js';

/** Who waits for the next durable change of which operation. Volatile. */
export class OperationChanges {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** The next change from now on, or the end of the node's life. Whoever stops waiting calls `drop`. */
  next(operationId: string): { readonly changed: Promise<void>; drop(): void } {
    const waiting = this.#waiting.get(operationId) ?? new Set();
    this.#waiting.set(operationId, waiting);
    let wake = (): void => {};
    const changed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    waiting.add(wake);
    return {
      changed,
      drop: () => {
        waiting.delete(wake);
        if (waiting.size === 0 && this.#waiting.get(operationId) === waiting)
          this.#waiting.delete(operationId);
      },
    };
  }

  /** An entry has become durable. */
  told(entry: OperationsEntry): void {
    if ('operationId' in entry) this.#wake(entry.operationId);
  }

  /** The node's life is over. */
  close(): void {
    for (const operationId of this.#waiting.keys()) this.#wake(operationId);
  }

  #wake(operationId: string): void {
    const waiting = this.#waiting.get(operationId) ?? [];
    this.#waiting.delete(operationId);
    for (const wake of waiting) wake();
  }
}
