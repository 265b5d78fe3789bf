import type { Tape } from '../../kernel/tape.js';

const burstBytesMax = 4;

/**
 * A copy of a message of one byte or more with some of it changed: a flipped bit, a burst of up to four bytes, or its end cut off.
 *
 * The first two are of the sort that CRC-32C tells for certain, so that a frame which gets through is a fault of whoever checks it.
 */
export function corrupt(tape: Tape, message: Uint8Array): Uint8Array {
  const changed = message.slice();
  const how = tape.pick('network.corrupted.how', ['flip', 'burst', 'cut']);
  const at = tape.draw('network.corrupted.at', changed.length);
  if (how === 'cut') return changed.slice(0, at);
  if (how === 'flip') {
    changed[at] = (changed[at] ?? 0) ^ (1 << tape.draw('network.corrupted.bit', 8));
    return changed;
  }
  const end = Math.min(changed.length, at + burstBytesMax);
  for (let index = at; index < end; index += 1) {
    changed[index] = (changed[index] ?? 0) ^ (1 + tape.draw('network.corrupted.burst', 255));
  }
  return changed;
}
