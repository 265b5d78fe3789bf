import { getRandomValues, randomInt } from 'node:crypto';
import type { Entropy } from '../entropy.js';

/** How many bytes one call of the system's generator may fill. */
const bytesAtOnceMax = 65_536;

/** The operating system's generator. */
export class NodeEntropy implements Entropy {
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let start = 0; start < length; start += bytesAtOnceMax) {
      getRandomValues(bytes.subarray(start, start + bytesAtOnceMax));
    }
    return bytes;
  }

  below(bound: number): number {
    return randomInt(bound);
  }
}
