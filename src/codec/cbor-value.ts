/**
 * What the codec calls data: exactly the values that survive an encoding and a decoding unchanged.
 *
 * - text is well-formed Unicode: no lone surrogates
 * - a whole number in the safe range (from -(2^53 - 1) to 2^53 - 1) is a `number`; a `bigint` is used only outside of that
 *   range, from -2^63 to 2^64 - 1, so that each integer has one form
 * - any other `number` is a binary64 float; NaN and both infinities are data, all NaNs are the same one, and -0 becomes 0
 * - bytes are a `Uint8Array`; a subclass, such as Buffer, comes back as a plain one
 * - an array is dense; named properties of it are not looked at
 * - a record is a plain object with any text keys but `__proto__`; its symbol keys and hidden properties are not looked at
 * - `undefined` is not data, neither in a record nor in an array: leave the key out, or write null
 */
export type CborValue =
  null | boolean | string | number | bigint | Uint8Array | readonly CborValue[] | CborRecord;

/** A map with text keys. */
export type CborRecord = { readonly [key: string]: CborValue };

/** `Array.isArray`, but in the other branch of a condition the value is no array: that one keeps read-only arrays there. */
export function isArray(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}
