import type { CborValue } from '../../../src/codec/cbor.js';

/**
 * A slow encoder of our data, written from RFC 8949 alone: no state, no library. What the codec is compared with.
 *
 * @param canonical - Whether keys are sorted by their encoded bytes.
 */
export function naiveEncode(value: CborValue, canonical = false): Uint8Array {
  return Uint8Array.from(item(value, canonical));
}

function item(value: CborValue, canonical: boolean): number[] {
  if (value === null) return [0xf6];
  if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4];
  if (typeof value === 'string') return text(value);
  if (typeof value === 'bigint') return integer(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? integer(BigInt(value)) : float(value);
  if (value instanceof Uint8Array) return [...head(2, BigInt(value.length)), ...value];
  if (Array.isArray(value)) return array(value, canonical);
  const entries = Object.entries(value).map(([key, entry]) => ({
    key: text(key),
    entry: item(entry, canonical),
  }));
  if (canonical) entries.sort((left, right) => Buffer.compare(Buffer.from(left.key), Buffer.from(right.key)));
  return [...head(5, BigInt(entries.length)), ...entries.flatMap(({ key, entry }) => [...key, ...entry])];
}

function array(values: readonly CborValue[], canonical: boolean): number[] {
  return [...head(4, BigInt(values.length)), ...values.flatMap((value) => item(value, canonical))];
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...head(3, BigInt(bytes.length)), ...bytes];
}

function integer(value: bigint): number[] {
  return value < 0n ? head(1, -1n - value) : head(0, value);
}

function float(value: number): number[] {
  if (Number.isNaN(value)) return [0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0];
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return [0xfb, ...bytes];
}

function head(major: number, argument: bigint): number[] {
  const initial = major << 5;
  if (argument < 24n) return [initial | Number(argument)];
  const size = argument < 0x100n ? 1 : argument < 0x10000n ? 2 : argument < 0x100000000n ? 4 : 8;
  const bytes = Array.from({ length: size }, (_, index) =>
    Number((argument >> BigInt(8 * (size - 1 - index))) & 0xffn),
  );
  return [initial | (24 + Math.log2(size)), ...bytes];
}
