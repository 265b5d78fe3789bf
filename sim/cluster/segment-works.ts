import type { CborValue } from '../../src/codec/cbor.js';
import { readBytes, readRecord, readText } from '../../src/codec/shape.js';
import { RemoteSegmentsClient } from '../../src/remote/remote-segments-client.js';
import type { RemoteExecutor } from '../../src/remote/remote-work.js';
import { compactionSaga } from '../../src/sagas/compaction-saga.js';
import type { SagaContext, SagaDefinition } from '../../src/sagas/definition.js';
import { evictionSaga } from '../../src/sagas/eviction-saga.js';
import { type LocalSegments, objectOf } from '../../src/sagas/local-segments.js';
import type { LocatorCommand } from '../../src/sagas/locator.js';

/** Where a worker keeps its segments. */
export const segmentsDirectory = 'segments';

const deadlineMs = 1500;

/** The input of a saga that makes a segment. */
export function makeInput(name: string, segmentId: string, bytes: Uint8Array): CborValue {
  return { name, segment_id: segmentId, bytes };
}

/** The sagas of a worker that has segments: one makes them, the others are those of the engine. */
export function segmentSagas(local: LocalSegments, store: RemoteExecutor): readonly SagaDefinition[] {
  const gear = { local, remote: new RemoteSegmentsClient(store), deadlineMs };
  return [makeSaga(local), evictionSaga(gear), compactionSaga(gear)];
}

/** Writes a segment, and gives its name to it. */
function makeSaga(local: LocalSegments): SagaDefinition {
  return {
    name: 'make',
    steps: [
      {
        name: 'write',
        async perform(context) {
          const { name, segmentId, bytes } = madeBy(context);
          await local.put(segmentId, bytes);
          return { result: null, locator: placed('move', name, segmentId, bytes) };
        },
        async compensate(context) {
          const { name, segmentId, bytes } = madeBy(context);
          await local.remove(segmentId);
          return { locator: placed('move_back', name, segmentId, bytes) };
        },
      },
    ],
  };
}

function placed(
  kind: 'move' | 'move_back',
  name: string,
  segmentId: string,
  bytes: Uint8Array,
): LocatorCommand {
  const here = { kind: 'local', segmentId, object: objectOf(bytes) } as const;
  return kind === 'move' ? { kind, name, from: null, to: here } : { kind, name, from: here, to: null };
}

function madeBy({ input }: SagaContext): {
  readonly name: string;
  readonly segmentId: string;
  readonly bytes: Uint8Array;
} {
  const record = readRecord(input, 'make');
  return {
    name: readText(record['name'], 'make.name'),
    segmentId: readText(record['segment_id'], 'make.segment_id'),
    bytes: readBytes(record['bytes'], 'make.bytes'),
  };
}
