import { setImmediate } from 'node:timers/promises';

/** What the heap and its buffers hold when everything was collected that can be. */
export async function heldBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
