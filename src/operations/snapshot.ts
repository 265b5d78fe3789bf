import { type CborValue, encode } from '../codec/cbor.js';
import { readEach, readRecord, readUnsigned } from '../codec/shape.js';
import { OperationsCorrupt } from './apply.js';
import { type Barrier, isOpen } from './barrier.js';
import { cursorFault } from './cursors.js';
import {
  decodeBarrier,
  decodeOperation,
  decodeTerminatedOwner,
  decodeTombstone,
  encodeBarrier,
  encodeOperation,
  encodeTombstone,
} from './held-codec.js';
import { completionClassesOf } from './kind.js';
import { type EndedOperation, hasEnded, type Operation } from './operation.js';
import { decodeCursors, encodeCursors } from './record-codec.js';
import { knownCompletion, type OperationsState } from './state.js';
import { canEnd } from './transition.js';

/**
 * The state as data. Each operation, tombstone and barrier is encoded on its own, so that the codec's limit on items counts
 * them here, and not their fields.
 */
export function capture(state: OperationsState): CborValue {
  return {
    operations: [...state.operations.values()].map((operation) => encode(encodeOperation(operation))),
    tombstones: [...state.tombstones.values()].map((tombstone) => encode(encodeTombstone(tombstone))),
    terminated_owners: [...state.terminatedOwners],
    barriers: [...state.barriers.values()].map((barrier) => encode(encodeBarrier(barrier))),
    last_seq: state.lastSeq,
    watermark: state.watermark,
    dropped_through: state.droppedThrough,
    cursors: encodeCursors(state.cursors),
  };
}

/** @throws CodecError or {@link OperationsCorrupt} on anything that {@link capture} did not make of a state. */
export function restore(value: CborValue): OperationsState {
  const record = readRecord(value, 'operations');
  const each = <Held>(key: string, read: (element: CborValue, path: string) => Held) =>
    readEach(record[key], `operations.${key}`, read);
  const number = (key: string) => readUnsigned(record[key], `operations.${key}`);
  const operations = each('operations', decodeOperation);
  const state: OperationsState = {
    operations: keyed(operations.map((operation) => [operation.spec.operationId, operation])),
    completed: completedAmong(operations),
    tombstones: keyed(each('tombstones', decodeTombstone).map((stone) => [stone.operationId, stone])),
    terminatedOwners: keyed(each('terminated_owners', decodeTerminatedOwner)),
    barriers: keyed(each('barriers', decodeBarrier).map((barrier) => [barrier.requestId, barrier])),
    lastSeq: number('last_seq'),
    watermark: number('watermark'),
    droppedThrough: number('dropped_through'),
    cursors: decodeCursors(record['cursors'], 'operations.cursors'),
  };
  assertConsistent(state);
  return state;
}

function keyed<Held>(pairs: readonly (readonly [string, Held])[]): Map<string, Held> {
  const held = new Map<string, Held>();
  for (const [id, one] of pairs) {
    if (held.has(id)) throw new OperationsCorrupt(id, 'held twice');
    held.set(id, one);
  }
  return held;
}

function completedAmong(operations: readonly Operation[]): Map<number, EndedOperation> {
  const ended = operations.filter(hasEnded).sort((one, other) => one.completion.seq - other.completion.seq);
  return new Map(ended.map((operation) => [operation.completion.seq, operation]));
}

/** What every state that entries can lead to has in common. */
function assertConsistent(state: OperationsState): void {
  const fault = cursorFault(state.cursors, state.watermark);
  if (fault !== undefined) throw new OperationsCorrupt(fault.cursor, 'the cursor is out of range');
  if (state.droppedThrough > state.watermark || state.watermark > state.lastSeq) {
    throw new OperationsCorrupt('feed', 'more was dropped than written, or written than ended');
  }
  assertSeqs(state);
  for (const [operationId, operation] of state.operations) {
    if (state.tombstones.has(operationId)) throw new OperationsCorrupt(operationId, 'held and evicted');
    assertLifeOf(state, operation);
  }
  for (const barrier of state.barriers.values()) assertAnswered(state, barrier);
}

/** No completion seq was given twice, and none beyond the last. */
function assertSeqs({ operations, tombstones, lastSeq }: OperationsState): void {
  const seen = new Set<number>();
  for (const held of [operations, tombstones]) {
    for (const [operationId, { completion }] of held) {
      if (completion === null) continue;
      if (seen.has(completion.seq) || completion.seq > lastSeq) {
        throw new OperationsCorrupt(operationId, `completion ${completion.seq} is not its own`);
      }
      seen.add(completion.seq);
    }
  }
}

function assertLifeOf(
  { watermark }: OperationsState,
  { spec, phase, startedAtMs, completion }: Operation,
): void {
  const { operationId, kind } = spec;
  if ((phase === 'provisioning') !== (startedAtMs === null)) {
    throw new OperationsCorrupt(operationId, `${phase}, and started at ${startedAtMs}`);
  }
  if (completion === null) return;
  if (!canEnd(phase, completion.outcome.kind)) {
    throw new OperationsCorrupt(operationId, `${completion.outcome.kind} while it was ${phase}`);
  }
  if (completionClassesOf(kind).feed === 'emit' && completion.seq > watermark) {
    throw new OperationsCorrupt(operationId, `completion ${completion.seq} is above the watermark`);
  }
}

/** A satisfied barrier has all answers; an open one waits for something that is still alive. */
function assertAnswered(state: OperationsState, barrier: Barrier): void {
  const awaited = [...barrier.answers].filter(([, answer]) => answer === null);
  if (isOpen(barrier) !== awaited.length > 0) {
    throw new OperationsCorrupt(barrier.requestId, 'its status contradicts its answers');
  }
  if (awaited.some(([operationId]) => knownCompletion(state, operationId) !== null)) {
    throw new OperationsCorrupt(barrier.requestId, 'it waits for something that has ended, or never was');
  }
}
