import type { CborValue } from '../codec/cbor-value.js';
import { CodecError } from '../codec/codec-error.js';
import { readRecord, readText } from '../codec/shape.js';
import type { RemoteSegments, StoredObject } from '../remote/remote-segments.js';
import type { Milliseconds } from '../runtime/clock.js';
import { type SagaContext, type SagaDefinition, StepFailedForGood } from './definition.js';
import { type LocalSegments, objectOf } from './local-segments.js';
import { encodeObject, type Place, readObject, sameObject } from './place.js';
import { nameOf, RemoteUnfit, SagaStore } from './saga-store.js';
import { undoneIfSound } from './sound-input.js';

/** A segment that is to be held by the remote store alone. */
export interface Eviction {
  /** In the locator, which says that it is local. */
  readonly name: string;
  readonly segmentId: string;
  /** What its bytes are to be. */
  readonly object: StoredObject;
}

/** What a saga moves bytes between. */
export interface SegmentGear {
  readonly local: LocalSegments;
  readonly remote: RemoteSegments;
  /** For each call to the store. */
  readonly deadlineMs: Milliseconds;
}

/** The input of a saga of {@link evictionSaga}. */
export function evictionInput({ name, segmentId, object }: Eviction): CborValue {
  return { name, segment_id: segmentId, object: encodeObject(object) };
}

/**
 * Uploads a segment, verifies it, points its name to the store, and only then removes the local bytes: after they were read back from
 * the store once more, while this saga holds them there. Reference 1.10.
 *
 * It goes back up to the moment at which its last step is recorded as done: by then the bytes may be gone here, and so they are fetched
 * back before the store is let go of. Flaw F51.
 */
export function evictionSaga({ local, remote, deadlineMs }: SegmentGear): SagaDefinition {
  const store = new SagaStore(remote, deadlineMs);
  const read = async (segmentId: string, object: StoredObject): Promise<Uint8Array | undefined> => {
    const bytes = await local.read(segmentId);
    return bytes !== undefined && sameObject(objectOf(bytes), object) ? bytes : undefined;
  };
  return {
    name: 'eviction',
    steps: undoneIfSound(evictionOf, [
      {
        name: 'upload',
        async perform(context) {
          const { segmentId, object } = evictionOf(context);
          const bytes = await read(segmentId, object);
          if (bytes === undefined)
            throw new StepFailedForGood(`segment ${segmentId} is not here as expected`);
          await store.put(context, nameOf('segment', object), bytes);
          return { result: null };
        },
        async compensate(context) {
          await store.release(context, nameOf('segment', evictionOf(context).object));
          return {};
        },
      },
      {
        name: 'verify',
        async perform(context) {
          const { object } = evictionOf(context);
          await store.verify(context, nameOf('segment', object), object);
          return { result: null };
        },
        // What it holds is that of `upload`, which lets go of it.
        compensate: async () => ({}),
      },
      {
        name: 'locate',
        async perform(context) {
          const { name, from, to } = moveOf(context);
          return { result: null, locator: { kind: 'move', name, from, to } };
        },
        async compensate(context) {
          const { name, from, to } = moveOf(context);
          return { locator: { kind: 'move_back', name, from: to, to: from } };
        },
      },
      {
        name: 'retire',
        async perform(context) {
          const { segmentId, object } = evictionOf(context);
          // Not by the word of the store: by the bytes that come back.
          await confirm(store, context, object);
          // Somebody may have stopped it meanwhile, and let go of the store: then the bytes here are the last ones.
          context.signal.throwIfAborted();
          await local.remove(segmentId);
          return { result: null };
        },
        async compensate(context) {
          const { segmentId, object } = evictionOf(context);
          if ((await read(segmentId, object)) === undefined) {
            await local.put(segmentId, await store.fetch(context, nameOf('segment', object), object));
          }
          return {};
        },
      },
    ]),
  };
}

/** @throws StepFailedForGood when the store has not what it is to have: then nothing is removed here. */
async function confirm(store: SagaStore, context: SagaContext, object: StoredObject): Promise<void> {
  try {
    await store.fetch(context, nameOf('segment', object), object);
  } catch (error) {
    throw error instanceof RemoteUnfit ? new StepFailedForGood(error.message, { cause: error }) : error;
  }
}

function moveOf(context: SagaContext): { readonly name: string; readonly from: Place; readonly to: Place } {
  const { name, segmentId, object } = evictionOf(context);
  return {
    name,
    from: { kind: 'local', segmentId, object },
    to: { kind: 'remote', name: nameOf('segment', object), object, holder: context.holder },
  };
}

function evictionOf({ input }: SagaContext): Eviction {
  try {
    const record = readRecord(input, 'eviction');
    return {
      name: readText(record['name'], 'eviction.name'),
      segmentId: readText(record['segment_id'], 'eviction.segment_id'),
      object: readObject(record['object'], 'eviction.object'),
    };
  } catch (error) {
    throw error instanceof CodecError ? new StepFailedForGood(error.message, { cause: error }) : error;
  }
}
