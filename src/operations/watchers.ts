import type { OperationsEntry } from './entry.js';
import type { TerminalOutcome } from './outcome.js';
import type { OperationsState } from './state.js';

/** How a watch ends. */
export type WatchEnd =
  | { readonly kind: 'ended'; readonly outcome: TerminalOutcome; readonly seq: number }
  /** It ended, and is no longer held: this is what its tombstone remembers. */
  | { readonly kind: 'evicted'; readonly outcome: TerminalOutcome; readonly seq: number }
  /** It was taken back, and never was. */
  | { readonly kind: 'rolled_back' }
  /** There was no such operation when the watch began, or it is no longer remembered. */
  | { readonly kind: 'unknown' }
  /** This life of the node is over; the operation may well go on. Watch again after the restart. */
  | { readonly kind: 'closed' };

type Tell = (end: WatchEnd) => void;

/**
 * Who waits for which operation to end. Volatile: a restart drops all watches, and nothing else.
 *
 * The shell tells it of each entry in the order of the log, and only once that entry is durable: nobody hears of an end that a
 * crash could undo. The state that it looks at may be ahead of that. An end that is in the state and was not yet told is waited
 * for, so that no watch can fall between the two (mutant P3).
 */
export class Watchers {
  readonly #registry: { readonly state: OperationsState };
  readonly #waiting = new Map<string, Tell[]>();
  #lastToldSeq: number;
  #isClosed = false;

  /** @param registry - Just recovered: all that it holds is durable. */
  constructor(registry: { readonly state: OperationsState }) {
    this.#registry = registry;
    this.#lastToldSeq = registry.state.lastSeq;
  }

  /** Resolves when the operation has ended and that is durable; at once when it is so already. Never rejects. */
  subscribe(operationId: string): Promise<WatchEnd> {
    const end = this.#isClosed ? { kind: 'closed' as const } : this.#knownEnd(operationId);
    if (end !== undefined) return Promise.resolve(end);
    return new Promise((tell) => {
      const waiting = this.#waiting.get(operationId);
      if (waiting === undefined) this.#waiting.set(operationId, [tell]);
      else waiting.push(tell);
    });
  }

  /** The operations that somebody watches and was not told about. A command that may evict has to name them. */
  watched(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** How many watch an operation. */
  count(operationId: string): number {
    return this.#waiting.get(operationId)?.length ?? 0;
  }

  /** An entry has become durable. */
  told(entry: OperationsEntry): void {
    if (entry.kind === 'operation_rolled_back') this.#tell(entry.operationId, { kind: 'rolled_back' });
    if (entry.kind !== 'operation_ended') return;
    const { operationId, outcome, seq } = entry;
    this.#lastToldSeq = seq;
    this.#tell(operationId, { kind: 'ended', outcome, seq });
  }

  /** The node's life is over: every watch ends, and later ones at once. */
  close(): void {
    this.#isClosed = true;
    for (const operationId of this.watched()) this.#tell(operationId, { kind: 'closed' });
  }

  /** Undefined when the end is still to be told. */
  #knownEnd(operationId: string): WatchEnd | undefined {
    const { operations, tombstones } = this.#registry.state;
    const operation = operations.get(operationId);
    const completion =
      operation === undefined ? tombstones.get(operationId)?.completion : operation.completion;
    if (completion === undefined) return { kind: 'unknown' };
    if (completion === null || completion.seq > this.#lastToldSeq) return undefined;
    const { outcome, seq } = completion;
    return { kind: operation === undefined ? 'evicted' : 'ended', outcome, seq };
  }

  #tell(operationId: string, end: WatchEnd): void {
    const waiting = this.#waiting.get(operationId) ?? [];
    this.#waiting.delete(operationId);
    for (const tell of waiting) tell(end);
  }
}
