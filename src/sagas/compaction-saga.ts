import type { CborValue } from '../codec/cbor-value.js';
import { CodecError } from '../codec/codec-error.js';
import { readEach, readOptional, readRecord, readText } from '../codec/shape.js';
import type { StoredObject } from '../remote/remote-segments.js';
import { type SagaContext, type SagaDefinition, StepFailedForGood } from './definition.js';
import type { SegmentGear } from './eviction-saga.js';
import { objectOf } from './local-segments.js';
import { encodeManifest } from './manifest.js';
import { encodeObject, encodePlace, type Place, readObject, readPlace, sameObject } from './place.js';
import { nameOf, SagaStore } from './saga-store.js';
import { undoneIfSound } from './sound-input.js';

/** Local segments that are to be published together, under one name. */
export interface Compaction {
  readonly name: string;
  /** Where the name is until then; null: it is new. */
  readonly replaces: Place | null;
  readonly segments: readonly StagedSegment[];
}

export interface StagedSegment {
  readonly segmentId: string;
  readonly object: StoredObject;
}

/** The most segments of one compaction. */
export const compactionSegmentsMax = 1000;

/** A list that cannot be staged: none, too many, or one id that stands for two contents. */
export class InvalidCompaction extends Error {
  readonly code = 'SAGA_INVALID_COMPACTION';
  override readonly name = 'InvalidCompaction';
}

/**
 * The input of a saga of {@link compactionSaga}. The whole list is looked at before anything of it is done: flaw F48.
 *
 * @throws {@link InvalidCompaction}
 */
export function compactionInput(compaction: Compaction): CborValue {
  const { name, replaces, segments } = checked(compaction);
  return {
    name,
    replaces: replaces === null ? null : encodePlace(replaces),
    segments: segments.map(({ segmentId, object }) => ({
      segment_id: segmentId,
      object: encodeObject(object),
    })),
  };
}

/**
 * Puts segments to the store, then the manifest that lists them, and then points the name to that. Reference 1.10. Taken back, it lets
 * go of what it holds itself, the manifest first: what others hold stays. Flaws F40 to F43. Where the name points to changes in the
 * batch that ends the saga, so that there is never anything to take back after that: flaw F51.
 */
export function compactionSaga({ local, remote, deadlineMs }: SegmentGear): SagaDefinition {
  const store = new SagaStore(remote, deadlineMs);
  return {
    name: 'compaction',
    steps: undoneIfSound(compactionOf, [
      {
        name: 'stage_segments',
        async perform(context) {
          for (const { segmentId, object } of compactionOf(context).segments) {
            const bytes = await local.read(segmentId);
            if (bytes === undefined || !sameObject(objectOf(bytes), object)) {
              throw new StepFailedForGood(`segment ${segmentId} is not here as expected`);
            }
            await store.put(context, nameOf('segment', object), bytes);
            await store.verify(context, nameOf('segment', object), object);
          }
          return { result: null };
        },
        async compensate(context) {
          // Each of the list, whether or not it was put: one that is on its way must not stay either.
          for (const { object } of compactionOf(context).segments.toReversed()) {
            await store.release(context, nameOf('segment', object));
          }
          return {};
        },
      },
      {
        name: 'publish_manifest',
        async perform(context) {
          const { bytes, object } = manifestOf(context);
          await store.put(context, nameOf('manifest', object), bytes);
          await store.verify(context, nameOf('manifest', object), object);
          return { result: null };
        },
        async compensate(context) {
          await store.release(context, nameOf('manifest', manifestOf(context).object));
          return {};
        },
      },
      {
        name: 'update_locator',
        async perform(context) {
          const { name, replaces } = compactionOf(context);
          return { result: null, locator: { kind: 'move', name, from: replaces, to: publishedBy(context) } };
        },
        async compensate(context) {
          const { name, replaces } = compactionOf(context);
          return { locator: { kind: 'move_back', name, from: publishedBy(context), to: replaces } };
        },
      },
    ]),
  };
}

function manifestOf(context: SagaContext): { readonly bytes: Uint8Array; readonly object: StoredObject } {
  const bytes = encodeManifest(compactionOf(context).segments.map(({ object }) => object));
  return { bytes, object: objectOf(bytes) };
}

function publishedBy(context: SagaContext): Place {
  const { object } = manifestOf(context);
  return { kind: 'remote', name: nameOf('manifest', object), object, holder: context.holder };
}

function compactionOf({ input }: SagaContext): Compaction {
  try {
    const record = readRecord(input, 'compaction');
    return checked({
      name: readText(record['name'], 'compaction.name'),
      replaces: readOptional(record['replaces'], 'compaction.replaces', readPlace),
      segments: readEach(record['segments'], 'compaction.segments', (value, path) => {
        const segment = readRecord(value, path);
        return {
          segmentId: readText(segment['segment_id'], `${path}.segment_id`),
          object: readObject(segment['object'], `${path}.object`),
        };
      }),
    });
  } catch (error) {
    const isNone = error instanceof CodecError || error instanceof InvalidCompaction;
    throw isNone ? new StepFailedForGood(error.message, { cause: error }) : error;
  }
}

function checked(compaction: Compaction): Compaction {
  const { segments } = compaction;
  if (segments.length === 0) throw new InvalidCompaction('there are no segments');
  if (segments.length > compactionSegmentsMax) throw new InvalidCompaction(`${segments.length} segments`);
  const byId = new Map<string, StoredObject>();
  for (const { segmentId, object } of segments) {
    const known = byId.get(segmentId);
    if (known !== undefined) {
      const what = sameObject(known, object) ? 'is listed twice' : 'stands for two contents';
      throw new InvalidCompaction(`segment ${segmentId} ${what}`);
    }
    byId.set(segmentId, object);
  }
  return compaction;
}
