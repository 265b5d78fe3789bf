import type {
  ObjectName,
  PinAnswer,
  PutAnswer,
  RemoteSegments,
  StoredObject,
} from '../../../src/remote/remote-segments.js';
import { objectOf } from '../../../src/sagas/local-segments.js';
import { sameObject } from '../../../src/sagas/place.js';
import type { Life } from './harbour.js';

interface Held {
  bytes: Uint8Array;
  readonly holders: Set<string>;
}

/** The remote store by its contract, in memory. It outlives every crash. */
export class FakeStore {
  readonly objects = new Map<string, Held>();
  readonly #released = new Set<string>();
  /** Everything that was ever asked that could bring something back, to be asked again late. */
  readonly duplicates: (() => void)[] = [];
  /** Why a call fails, if it does, before anything is done. */
  failing: (call: string, name: ObjectName) => Error | undefined = () => undefined;
  /** Physical writes, by name. Flaw F46. */
  readonly writes = new Map<string, number>();

  put(name: ObjectName, bytes: Uint8Array, holder: string): PutAnswer {
    const put = (): PutAnswer => {
      const text = `${name.kind}/${name.id}`;
      if (this.#released.has(`${text}/${holder}`)) return { kind: 'released' };
      const held = this.objects.get(text);
      if (held !== undefined && !sameObject(objectOf(held.bytes), objectOf(bytes))) {
        return { kind: 'conflict', object: objectOf(held.bytes) };
      }
      if (held === undefined) {
        this.objects.set(text, { bytes, holders: new Set([holder]) });
        this.writes.set(text, (this.writes.get(text) ?? 0) + 1);
      } else held.holders.add(holder);
      return { kind: 'held', created: held === undefined, object: objectOf(bytes) };
    };
    this.duplicates.push(put);
    return put();
  }

  pin(name: ObjectName, expected: StoredObject, holder: string): PinAnswer {
    const pin = (): PinAnswer => {
      const text = `${name.kind}/${name.id}`;
      if (this.#released.has(`${text}/${holder}`)) return { kind: 'released' };
      const held = this.objects.get(text);
      if (held === undefined) return { kind: 'absent' };
      const object = objectOf(held.bytes);
      if (!sameObject(object, expected)) return { kind: 'conflict', object };
      held.holders.add(holder);
      return { kind: 'held' };
    };
    this.duplicates.push(pin);
    return pin();
  }

  release(name: ObjectName, holder: string): void {
    const text = `${name.kind}/${name.id}`;
    this.#released.add(`${text}/${holder}`);
    const held = this.objects.get(text);
    held?.holders.delete(holder);
    if (held?.holders.size === 0) this.objects.delete(text);
  }

  get(name: ObjectName): Uint8Array | undefined {
    return this.objects.get(`${name.kind}/${name.id}`)?.bytes;
  }

  /** Somebody else's bytes get there, or rot does. */
  damage(name: ObjectName): void {
    const held = this.objects.get(`${name.kind}/${name.id}`);
    if (held !== undefined) held.bytes = Buffer.from('damaged');
  }

  /** As one life reaches it: it may die before or after each call. */
  from(life: Life): RemoteSegments {
    return this.remote((act) => life.outside(act));
  }

  remote(outside: <Value>(act: () => Value) => Promise<Value> = async (act) => act()): RemoteSegments {
    const reach = <Value>(call: string, name: ObjectName, act: () => Value): Promise<Value> =>
      outside(() => {
        const error = this.failing(call, name);
        if (error !== undefined) throw error;
        return act();
      });
    return {
      put: (name, bytes, holder) => reach('put', name, () => this.put(name, bytes, holder)),
      pin: (name, expected, holder) => reach('pin', name, () => this.pin(name, expected, holder)),
      release: (name, holder) =>
        reach('release', name, () => {
          this.release(name, holder);
        }),
      get: (name) => reach('get', name, () => this.get(name)),
      stat: (name) =>
        reach('stat', name, () => {
          const bytes = this.get(name);
          return bytes === undefined ? undefined : objectOf(bytes);
        }),
    };
  }
}
