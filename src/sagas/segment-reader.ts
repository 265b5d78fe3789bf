import { bytesToHex } from '@noble/hashes/utils.js';
import type { ObjectName, RemoteSegments, StoredObject, StoreTerms } from '../remote/remote-segments.js';
import type { Entropy } from '../runtime/entropy.js';
import type { LocalSegments } from './local-segments.js';
import { objectOf } from './local-segments.js';
import { decodeManifest } from './manifest.js';
import { type Place, sameObject, samePlace } from './place.js';
import { nameOf } from './saga-store.js';

/** A name points to bytes that are not there, and does not point to others either. */
export class SegmentLost extends Error {
  readonly code = 'SEGMENT_LOST';
  override readonly name = 'SegmentLost';
  constructor(name: string) {
    super(`what \`${name}\` stands for is not where it is to be`);
  }
}

/** Reads what names stand for. It holds what it reads for as long as it reads: whoever lets go meanwhile takes nothing away. Flaw F53. */
export class SegmentReader {
  readonly #locate: (name: string) => Promise<Place | undefined>;
  readonly #local: LocalSegments;
  readonly #remote: RemoteSegments;
  readonly #entropy: Entropy;

  constructor(options: {
    /** From the durable locator. */
    readonly locate: (name: string) => Promise<Place | undefined>;
    readonly local: LocalSegments;
    readonly remote: RemoteSegments;
    readonly entropy: Entropy;
  }) {
    this.#locate = options.locate;
    this.#local = options.local;
    this.#remote = options.remote;
    this.#entropy = options.entropy;
  }

  /**
   * The segments that a name stands for: one, or those of its manifest, in order. Undefined when nobody knows the name.
   *
   * Rejects with {@link SegmentLost}, as the disk or as the store does.
   */
  async read(name: string, terms: StoreTerms): Promise<readonly Uint8Array[] | undefined> {
    let place = await this.#locate(name);
    for (;;) {
      if (place === undefined) return undefined;
      const found = await this.#readAt(place, terms);
      if (found !== undefined) return found;
      // It may have moved while it was looked for.
      const next = await this.#locate(name);
      if (samePlace(next ?? null, place)) throw new SegmentLost(name);
      place = next;
    }
  }

  async #readAt(place: Place, terms: StoreTerms): Promise<readonly Uint8Array[] | undefined> {
    if (place.kind === 'local') {
      const bytes = await this.#local.read(place.segmentId);
      return bytes !== undefined && sameObject(objectOf(bytes), place.object) ? [bytes] : undefined;
    }
    const holding = new Holding(this.#remote, `reader/${bytesToHex(this.#entropy.bytes(16))}`, terms);
    try {
      const bytes = await holding.read(place.name, place.object);
      if (bytes === undefined || place.name.kind === 'segment')
        return bytes === undefined ? undefined : [bytes];
      const segments: Uint8Array[] = [];
      for (const object of decodeManifest(bytes)) {
        const segment = await holding.read(nameOf('segment', object), object);
        if (segment === undefined) return undefined;
        segments.push(segment);
      }
      return segments;
    } finally {
      await holding.release();
    }
  }
}

/** What one reader holds. Its name is new for each reading, since it can hold nothing twice. */
class Holding {
  readonly #remote: RemoteSegments;
  readonly #holder: string;
  readonly #terms: StoreTerms;
  readonly #names: ObjectName[] = [];

  constructor(remote: RemoteSegments, holder: string, terms: StoreTerms) {
    this.#remote = remote;
    this.#holder = holder;
    this.#terms = terms;
  }

  async read(name: ObjectName, expected: StoredObject): Promise<Uint8Array | undefined> {
    this.#names.push(name);
    const pinned = await this.#remote.pin(name, expected, this.#holder, this.#terms);
    if (pinned.kind !== 'held') return undefined;
    const bytes = await this.#remote.get(name, this.#terms);
    return bytes !== undefined && sameObject(objectOf(bytes), expected) ? bytes : undefined;
  }

  async release(): Promise<void> {
    for (const name of this.#names) await this.#remote.release(name, this.#holder, this.#terms);
  }
}
