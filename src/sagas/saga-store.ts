import type { ObjectName, RemoteSegments, StoredObject, StoreTerms } from '../remote/remote-segments.js';
import type { Milliseconds } from '../runtime/clock.js';
import { type SagaContext, StepFailedForGood } from './definition.js';
import { objectOf } from './local-segments.js';
import { sameObject } from './place.js';

/** What was fetched is not what was put there. */
export class RemoteUnfit extends Error {
  readonly code = 'SAGA_REMOTE_UNFIT';
  override readonly name = 'RemoteUnfit';
}

/**
 * The name of an object follows from its bytes: other bytes never want the same name, and the same bytes share one object, which each of
 * its holders holds on its own. Flaws F37, F40, F47 and F55. A manifest is never named as a segment is: F49.
 */
export function nameOf(kind: ObjectName['kind'], { digest }: StoredObject): ObjectName {
  return { kind, id: digest.slice(0, 32) };
}

/** The remote store as one step of a saga uses it: under the saga's own holder, which holds each name once and lets go of it once. */
export class SagaStore {
  readonly #remote: RemoteSegments;
  readonly #deadlineMs: Milliseconds;

  /** @param deadlineMs - For each call. */
  constructor(remote: RemoteSegments, deadlineMs: Milliseconds) {
    this.#remote = remote;
    this.#deadlineMs = deadlineMs;
  }

  /** Puts bytes, and has the store read and compare them. Both hold it. Flaws F38 and F39. */
  async put(context: SagaContext, name: ObjectName, bytes: Uint8Array): Promise<void> {
    const put = await this.#remote.put(name, bytes, context.holder, this.#terms(context));
    if (put.kind !== 'held') throw new StepFailedForGood(`${put.kind}: ${name.kind} ${name.id}`);
    if (!sameObject(put.object, objectOf(bytes))) throw new StepFailedForGood('the store holds other bytes');
  }

  /** Holds what is there if it is what is expected, by its bytes. */
  async verify(context: SagaContext, name: ObjectName, expected: StoredObject): Promise<void> {
    const pinned = await this.#remote.pin(name, expected, context.holder, this.#terms(context));
    if (pinned.kind !== 'held') throw new StepFailedForGood(`${pinned.kind}: ${name.kind} ${name.id}`);
  }

  /** The bytes as they arrive here. @throws {@link RemoteUnfit} when they are not what is expected, or nothing is there. */
  async fetch(context: SagaContext, name: ObjectName, expected: StoredObject): Promise<Uint8Array> {
    const bytes = await this.#remote.get(name, this.#terms(context));
    if (bytes === undefined) throw new RemoteUnfit(`nothing is there: ${name.kind} ${name.id}`);
    if (!sameObject(objectOf(bytes), expected)) throw new RemoteUnfit(`damaged: ${name.kind} ${name.id}`);
    return bytes;
  }

  /** From now on this saga never holds it again, whatever arrives late. Flaw F45. */
  release(context: SagaContext, name: ObjectName): Promise<void> {
    return this.#remote.release(name, context.holder, this.#terms(context));
  }

  #terms({ sessionId, sagaId, signal }: SagaContext): StoreTerms {
    return { sessionId, sagaId, deadlineMs: this.#deadlineMs, signal };
  }
}
