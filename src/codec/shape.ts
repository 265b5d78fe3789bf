import { type CborRecord, type CborValue, isArray } from './cbor-value.js';
import { ShapeError } from './codec-error.js';

/**
 * Readers that turn decoded data into typed values by hand, field by field. Each takes what was found (undefined for a field
 * that is missing) and the path to name in the {@link ShapeError} that it throws, and returns the value with its type.
 */
type Found = CborValue | undefined;

/** A map. Keys that the caller does not ask for are left alone. */
export function readRecord(value: Found, path: string): CborRecord {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || isArray(value)) {
    throw mismatch(value, path, 'a map');
  }
  return value;
}

export function readArray(value: Found, path: string): readonly CborValue[] {
  if (!isArray(value)) throw mismatch(value, path, 'an array');
  return value;
}

export function readText(value: Found, path: string): string {
  if (typeof value !== 'string') throw mismatch(value, path, 'text');
  return value;
}

export function readBoolean(value: Found, path: string): boolean {
  if (typeof value !== 'boolean') throw mismatch(value, path, 'a boolean');
  return value;
}

export function readBytes(value: Found, path: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw mismatch(value, path, 'bytes');
  return value;
}

/** A whole number from 0 to `max`, inclusive. */
export function readUnsigned(value: Found, path: string, max = Number.MAX_SAFE_INTEGER): number {
  return readInteger(value, path, 0, max);
}

/** A whole number from `min` to `max`, inclusive. */
export function readInteger(
  value: Found,
  path: string,
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw mismatch(value, path, `a whole number from ${min} to ${max}`);
  }
  return value;
}

/** Exactly `literal`. */
export function readLiteral<const Literal extends string | number | boolean | null>(
  value: Found,
  path: string,
  literal: Literal,
): Literal {
  if (value !== literal) throw mismatch(value, path, JSON.stringify(literal));
  return literal;
}

/** One of the given texts. */
export function readOneOf<const Option extends string>(
  value: Found,
  path: string,
  options: readonly Option[],
): Option {
  const option = options.find((candidate) => candidate === value);
  if (option === undefined) {
    throw mismatch(value, path, `one of ${options.map((each) => JSON.stringify(each)).join(', ')}`);
  }
  return option;
}

/** Null when the field is missing or null, and what `read` makes of it otherwise. */
export function readOptional<T>(
  value: Found,
  path: string,
  read: (value: CborValue, path: string) => T,
): T | null {
  return value === undefined || value === null ? null : read(value, path);
}

/** Every element of an array, each read with its own path. */
export function readEach<T>(value: Found, path: string, read: (value: CborValue, path: string) => T): T[] {
  return readArray(value, path).map((element, index) => read(element, `${path}[${index}]`));
}

function mismatch(value: Found, path: string, expected: string): ShapeError {
  return new ShapeError(path, expected, describe(value));
}

/** Enough to act on, short enough for one line. */
function describe(value: Found): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') {
    return value.length > 40 ? `text of ${value.length} code units` : JSON.stringify(value);
  }
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return isArray(value) ? `an array of ${value.length}` : 'a map';
}
