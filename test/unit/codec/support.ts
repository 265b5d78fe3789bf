import type { CborValue } from '../../../src/codec/cbor.js';
import { CodecError } from '../../../src/codec/codec-error.js';

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const fromHex = (hex: string): Uint8Array =>
  new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** A value in so many arrays. */
export function nested(depth: number, value: CborValue): CborValue {
  return depth === 0 ? value : [nested(depth - 1, value)];
}

/** The codec error that `act` throws. Anything else that it throws, or nothing, fails the test. */
export function refusal(act: () => unknown): CodecError {
  try {
    act();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
