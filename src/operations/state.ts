import type { Barrier } from './barrier.js';
import type { Cursors } from './cursors.js';
import type { EndedOperation, Operation } from './operation.js';
import type { Completion } from './outcome.js';
import type { Tombstone } from './tombstone.js';

/** What the registry knows: the fold of its entries. Every fact is held once; what follows from others is computed. */
export interface OperationsState {
  /** By id, in the order of registration. */
  readonly operations: Map<string, Operation>;
  /** The ended ones among them, by completion seq, in its order. */
  readonly completed: Map<number, EndedOperation>;
  /** By id, the oldest first. */
  readonly tombstones: Map<string, Tombstone>;
  /** Why each terminated owner was, by session id, the oldest first. */
  readonly terminatedOwners: Map<string, string>;
  /** By request id, in the order of opening. */
  readonly barriers: Map<string, Barrier>;
  /** The last completion seq that was given; 0 when none was. */
  lastSeq: number;
  /** The highest seq that the feed ever had a row for. */
  watermark: number;
  /** The highest seq whose row the feed has dropped: a reader that stands below may have missed something. */
  droppedThrough: number;
  cursors: Cursors;
}

export function initialState(): OperationsState {
  return {
    operations: new Map(),
    completed: new Map(),
    tombstones: new Map(),
    terminatedOwners: new Map(),
    barriers: new Map(),
    lastSeq: 0,
    watermark: 0,
    droppedThrough: 0,
    cursors: { applied: 0, observed: 0, injected: 0 },
  };
}

/** How many operations have not ended, of all kinds. */
export function activeCount({ operations, completed }: OperationsState): number {
  return operations.size - completed.size;
}

/** How an operation ended, evicted or not; null while it is alive, undefined when the id is not known. */
export function knownCompletion(state: OperationsState, operationId: string): Completion | null | undefined {
  const operation = state.operations.get(operationId);
  return operation === undefined ? state.tombstones.get(operationId)?.completion : operation.completion;
}
