/** A view for reading and writing little-endian integers in `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A 64-bit integer, or NaN when it is not a safe one: no LSN or length that this log writes is as large. */
export function readU64(view: DataView, offset: number): number {
  const value = Number(view.getBigUint64(offset, true));
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

export function writeU64(view: DataView, offset: number, value: number): void {
  view.setBigUint64(offset, BigInt(value), true);
}

/** True when every byte is zero. */
export function isBlank(bytes: Uint8Array): boolean {
  // A loop, here and below: a callback for each byte costs many times as much.
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] !== 0) return false;
  return true;
}

/** True when both hold the same bytes. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) return false;
  return true;
}

/** True when `bytes` has the ASCII characters of `text` at its start. */
export function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

export function writeAscii(bytes: Uint8Array, text: string): void {
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
}
