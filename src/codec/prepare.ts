import { TooDeepError, TooLargeError, UnsupportedValueError } from './codec-error.js';
import { encodedBytesMax, itemsMax, nestingMax } from './limits.js';
import { compareUtf8, utf8Length } from './utf8.js';

/** A value in the form in which cbor-x writes it right. Maps are Maps, since objects reorder keys that look like indices. */
export type Prepared =
  null | boolean | string | number | bigint | Uint8Array | Prepared[] | Map<string, Prepared>;

/** The order of the keys of a map: as they were set, or as RFC 8949 section 4.2.1 wants them. */
export type KeyOrder = 'insertion' | 'canonical';

/** Integers from here on need eight bytes. cbor-x writes them as floats, unless they are a bigint. */
const wideIntegerMin = 2 ** 32;
const bigintMin = -(2n ** 63n);
const bigintMax = 2n ** 64n - 1n;
const safeIntegerMax = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Checks that a value is data and within the limits, and copies its containers, each property read once, so that what is
 * encoded is what was checked, even if a getter answers differently the second time.
 *
 * @throws {@link UnsupportedValueError}, {@link TooDeepError} or {@link TooLargeError}, before anything was encoded.
 */
export function prepare(value: unknown, order: KeyOrder): Prepared {
  return new Preparation(order).visit(value, 0);
}

interface PlainObject {
  readonly [key: string]: unknown;
}

class Preparation {
  private readonly order: KeyOrder;
  private bytes = 0;
  private items = 0;
  /** Where we are: the containers around the value, and the key followed in each. Entries beyond the depth are stale. */
  private readonly containers: object[] = [];
  private readonly trail: (string | number)[] = [];

  constructor(order: KeyOrder) {
    this.order = order;
  }

  visit(value: unknown, depth: number): Prepared {
    switch (typeof value) {
      case 'string':
        return this.text(value, depth);
      case 'number':
        return this.number(value);
      case 'boolean':
        this.add(1);
        return value;
      case 'bigint':
        return this.bigint(value, depth);
      case 'object':
        return value === null ? this.nothing() : this.object(value, depth);
      case 'undefined':
        return this.refuse('undefined is not data: leave the key out, or use null', depth);
      case 'function':
      case 'symbol':
        break;
    }
    return this.refuse(`a ${typeof value} is not data`, depth);
  }

  private nothing(): null {
    this.add(1);
    return null;
  }

  private text(text: string, depth: number): string {
    const length = utf8Length(text);
    if (length === undefined) return this.refuse('text with a lone surrogate has no UTF-8 form', depth);
    this.add(headLength(length) + length);
    return text;
  }

  private number(value: number): number | bigint {
    if (Number.isSafeInteger(value)) {
      const argument = value < 0 ? -1 - value : value;
      this.add(headLength(argument));
      return argument < wideIntegerMin ? value : BigInt(value);
    }
    this.add(9);
    // The sign and payload of a NaN depend on how it came about, and cbor-x would write them.
    return Number.isNaN(value) ? Number.NaN : value;
  }

  private bigint(value: bigint, depth: number): bigint {
    if (value >= -safeIntegerMax && value <= safeIntegerMax) {
      return this.refuse(`${value}n is in the safe range of number, and a bigint only outside of it`, depth);
    }
    if (value < bigintMin || value > bigintMax) {
      return this.refuse('a bigint outside of -2^63 to 2^64 - 1 is not data', depth);
    }
    this.add(9);
    return value;
  }

  private object(value: object, depth: number): Prepared {
    if (value instanceof Uint8Array) {
      this.add(headLength(value.length) + value.length);
      return value;
    }
    this.enter(value, depth);
    if (Array.isArray(value)) return this.array(value, depth);
    if (!isPlain(value)) {
      return this.refuse('only plain objects, arrays and Uint8Array are data, no other class', depth);
    }
    return this.record(value, depth);
  }

  private array(value: readonly unknown[], depth: number): Prepared[] {
    this.add(headLength(value.length));
    const prepared: Prepared[] = [];
    for (let index = 0; index < value.length; index += 1) {
      this.trail[depth] = index;
      prepared.push(this.visit(value[index], depth + 1));
    }
    return prepared;
  }

  private record(value: PlainObject, depth: number): Map<string, Prepared> {
    const keys = Object.keys(value);
    this.add(headLength(keys.length));
    const prepared = new Map<string, Prepared>();
    for (const key of keys) {
      this.trail[depth] = key;
      if (key === '__proto__') return this.refuse('the key __proto__ is not data', depth + 1);
      this.text(key, depth + 1);
    }
    if (this.order === 'canonical') keys.sort(compareCanonical);
    for (const key of keys) {
      this.trail[depth] = key;
      prepared.set(key, this.visit(value[key], depth + 1));
    }
    return prepared;
  }

  private enter(container: object, depth: number): void {
    if (depth >= nestingMax) {
      if (this.containers.includes(container)) this.refuse('a value that contains itself is not data', depth);
      throw new TooDeepError(nestingMax, this.path(depth));
    }
    this.containers[depth] = container;
  }

  /** Accounts for one more item of so many bytes. */
  private add(bytes: number): void {
    this.items += 1;
    this.bytes += bytes;
    if (this.items > itemsMax) throw new TooLargeError('items', itemsMax);
    if (this.bytes > encodedBytesMax) throw new TooLargeError('bytes', encodedBytesMax);
  }

  private refuse(reason: string, depth: number): never {
    throw new UnsupportedValueError(reason, this.path(depth));
  }

  private path(depth: number): string {
    return this.trail.slice(0, depth).reduce<string>((path, key) => path + pathStep(key), '$');
  }
}

function isPlain(value: object): value is PlainObject {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** How many bytes the head of an item takes whose value or length is `argument`. */
function headLength(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x10000) return 3;
  return argument < wideIntegerMin ? 5 : 9;
}

/** The order of the encoded keys as bytes: their heads hold their lengths, so shorter ones come first. */
function compareCanonical(left: string, right: string): number {
  return byteLength(left) - byteLength(right) || compareUtf8(left, right);
}

/** Of well-formed text. Keys are short, and for those a call out of JavaScript costs more. */
function byteLength(text: string): number {
  return utf8Length(text) ?? text.length;
}

function pathStep(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  if (/^[A-Za-z_]\w{0,79}$/.test(key)) return `.${key}`;
  return `[${JSON.stringify(key.slice(0, 80))}]`;
}
