import { getRandomValues, randomInt } from 'node:crypto';
import type { Entropy } from '../entropy.js';

/** How many bytes one call of the system's generator may fill. */
const bytesAtOnceMax = 65_536;

const boundMax = 2 ** 32;

/** The operating system's generator. */
export class NodeEntropy implements Entropy {
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let start = 0; start < length; start += bytesAtOnceMax) {
      getRandomValues(bytes.subarray(start, start + bytesAtOnceMax));
    }
    return bytes;
  }

  /** @throws EntropyBoundInvalid */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > boundMax) throw new EntropyBoundInvalid(bound);
    return randomInt(bound);
  }
}

/** {@link Entropy.below} was given a bound outside of its range. */
class EntropyBoundInvalid extends Error {
  readonly code = 'ENTROPY_BOUND_INVALID';
  override readonly name = 'EntropyBoundInvalid';
  readonly bound: number;
  constructor(bound: number) {
    super(`bound ${bound}, want a whole number from 1 to 2^32`);
    this.bound = bound;
  }
}
