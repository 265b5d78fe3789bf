import assert from 'node:assert/strict';
import type { CborValue } from '../../../src/codec/cbor.js';
import { compactionInput, compactionSaga } from '../../../src/sagas/compaction-saga.js';
import { evictionInput, evictionSaga } from '../../../src/sagas/eviction-saga.js';
import { LocalSegments, objectOf } from '../../../src/sagas/local-segments.js';
import { decodeManifest } from '../../../src/sagas/manifest.js';
import type { Place } from '../../../src/sagas/place.js';
import { sameObject } from '../../../src/sagas/place.js';
import { nameOf } from '../../../src/sagas/saga-store.js';
import type { SagaRunner } from '../../../src/sagas/saga-runner.js';
import { beginning } from './fixtures.js';
import { FakeStore } from './fake-store.js';
import { Harbour, Life } from './harbour.js';
import { memoryDisk } from './memory-disk.js';

export const idOf = (digit: string): string => digit.repeat(32);
export const contentOf = (digit: string): Uint8Array => new Uint8Array(Buffer.from(`cargo ${digit}`));
export const objectAt = (digit: string) => objectOf(contentOf(digit));
export const localPlace = (digit: string): Place => ({
  kind: 'local',
  segmentId: idOf(digit),
  object: objectAt(digit),
});

/** A harbour with local files and a remote store. Segments `1`, `2` and `3` are here; `one` is the name of the first. */
export class Quay {
  readonly harbour = new Harbour();
  readonly store = new FakeStore();
  readonly files = new Map<string, Uint8Array>();

  constructor() {
    for (const digit of ['1', '2', '3']) this.files.set(`segments/${idOf(digit)}.segment`, contentOf(digit));
    const life = new Life(this.harbour);
    const begun = life.give(beginning('first'), {
      kind: 'move',
      name: 'one',
      from: null,
      to: localPlace('1'),
    });
    assert.equal(begun.kind, 'accepted');
    life.give({ kind: 'cancel', sagaId: 'first', reason: 'it was for the locator alone' });
  }

  /** One life, with its runner. */
  async life(crashAt?: number): Promise<{ readonly life: Life; readonly runner: SagaRunner }> {
    const life = new Life(this.harbour, crashAt);
    const disk = memoryDisk(this.files, (act) => life.outside(act));
    const local = await Promise.race([LocalSegments.open(disk, 'segments'), life.died]);
    if (local === 'crashed') return { life, runner: life.runner([]) };
    const gear = { local, remote: this.store.from(life), deadlineMs: 1000 };
    return { life, runner: life.runner([evictionSaga(gear), compactionSaga(gear)]) };
  }

  local(digit: string): Uint8Array | undefined {
    return this.files.get(`segments/${idOf(digit)}.segment`);
  }

  hasLocal(digit: string): boolean {
    const bytes = this.local(digit);
    return bytes !== undefined && sameObject(objectOf(bytes), objectAt(digit));
  }

  hasRemote(digit: string): boolean {
    const bytes = this.store.get(nameOf('segment', objectAt(digit)));
    return bytes !== undefined && sameObject(objectOf(bytes), objectAt(digit));
  }

  /** Where a name is, by the durable log. */
  place(name: string): Place | undefined {
    return new Life(this.harbour).locator.get(name);
  }

  /** Nothing is lost, and every name points to what is there and held for it. To be asked at every moment. */
  judge(places: ReadonlyMap<string, Place>): void {
    for (const digit of ['1', '2', '3'])
      assert.ok(this.hasLocal(digit) || this.hasRemote(digit), `lost ${digit}`);
    for (const [name, place] of places) {
      if (place.kind === 'local') {
        const bytes = this.files.get(`segments/${place.segmentId}.segment`);
        assert.ok(bytes !== undefined && sameObject(objectOf(bytes), place.object), `${name} dangles`);
      }
      if (place.kind !== 'remote') continue;
      const manifest = this.store.objects.get(`${place.name.kind}/${place.name.id}`);
      assert.ok(manifest !== undefined && manifest.holders.has(place.holder), `${name} is not held`);
      if (place.name.kind === 'segment') continue;
      for (const object of decodeManifest(manifest.bytes)) {
        const { kind, id } = nameOf('segment', object);
        const segment = this.store.objects.get(`${kind}/${id}`);
        assert.ok(segment?.holders.has(place.holder), `a segment of ${name} is not held`);
      }
    }
  }

  /** Who holds anything at the store for a saga. */
  heldBy(sagaId: string): readonly string[] {
    return [...this.store.objects]
      .filter(([, { holders }]) => [...holders].some((holder) => holder.startsWith(`${sagaId}/`)))
      .map(([name]) => name);
  }
}

export function eviction(sagaId = 'evict'): {
  sagaId: string;
  sessionId: string;
  name: string;
  input: CborValue;
} {
  const input = evictionInput({ name: 'one', segmentId: idOf('1'), object: objectAt('1') });
  return { sagaId, sessionId: 's1', name: 'eviction', input };
}

export function compaction(
  sagaId = 'compact',
  digits: readonly string[] = ['2', '3'],
): { sagaId: string; sessionId: string; name: string; input: CborValue } {
  const segments = digits.map((digit) => ({ segmentId: idOf(digit), object: objectAt(digit) }));
  const input = compactionInput({ name: 'all', replaces: null, segments });
  return { sagaId, sessionId: 's1', name: 'compaction', input };
}
