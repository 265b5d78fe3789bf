import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeCanonical } from './cbor.js';
import type { CborValue } from './cbor-value.js';

/** BLAKE3 of some bytes: 32 bytes. */
export function digest(bytes: Uint8Array): Uint8Array {
  return blake3(bytes);
}

/** BLAKE3 of some bytes: 64 lowercase hex digits. */
export function digestHex(bytes: Uint8Array): string {
  return bytesToHex(blake3(bytes));
}

/**
 * BLAKE3 of a value's canonical encoding: 64 lowercase hex digits. Equal data has equal digests, in whatever order its keys
 * were set.
 *
 * @throws {@link CodecError} as {@link encodeCanonical}.
 */
export function digestOf(value: CborValue): string {
  return digestHex(encodeCanonical(value));
}
