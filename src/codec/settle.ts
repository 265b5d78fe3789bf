import { type CborValue, isArray } from './cbor-value.js';

/** Turns each bigint in the safe range into a number: in place, in a value that cbor-x has just decoded. */
export function narrowIntegers(value: CborValue): CborValue {
  if (typeof value === 'bigint') {
    const narrow = Number(value);
    return Number.isSafeInteger(narrow) ? narrow : value;
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  for (const [key, entry] of Object.entries(value)) {
    const narrowed = narrowIntegers(entry);
    if (narrowed !== entry) Reflect.set(value, key, narrowed);
  }
  return value;
}

/** How many entries all maps in a decoded value have together: fewer than were encoded when a key came twice. */
export function countEntries(value: CborValue): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  const children = isArray(value) ? value : Object.values(value);
  let entries = isArray(value) ? 0 : children.length;
  for (const child of children) entries += countEntries(child);
  return entries;
}
