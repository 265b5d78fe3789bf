import { crc32c } from './crc32c.js';

/** How many bytes a checksum adds. */
export const checksumBytes = 4;

/**
 * The bytes with their checksum at the end, for a channel that may change them: CRC-32C over the length and the bytes.
 *
 * Up to three flipped bits, or changes within 32 neighbouring bits, are noticed for certain, wherever they are; anything else slips
 * through with a chance of 1 in 2^32. It is no defence against whoever changes them on purpose.
 */
export function addChecksum(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(bytes.length + checksumBytes);
  framed.set(bytes);
  // Little-endian, and behind the bytes: in this order CRC-32C notices a burst that lies across both.
  new DataView(framed.buffer).setUint32(bytes.length, checksumOf(bytes), true);
  return framed;
}

/** The bytes that {@link addChecksum} was given, as a view; undefined when `framed` is not what it made of any. */
export function takeChecksum(framed: Uint8Array): Uint8Array | undefined {
  const length = framed.length - checksumBytes;
  if (length < 0) return undefined;
  const told = new DataView(framed.buffer, framed.byteOffset + length, checksumBytes).getUint32(0, true);
  const bytes = framed.subarray(0, length);
  return told === checksumOf(bytes) ? bytes : undefined;
}

/** The length is part of it, or what is cut down to four zeros would be nothing with a sound checksum. */
function checksumOf(bytes: Uint8Array): number {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length, true);
  return crc32c(bytes, crc32c(length));
}
