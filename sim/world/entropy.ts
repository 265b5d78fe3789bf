import type { Entropy } from '../../src/runtime/entropy.js';
import type { Life } from '../kernel/process.js';
import { hashText } from '../trace/mix.js';

const wordBytes = 4;

/**
 * The entropy of one life, from the tape.
 *
 * Models: bytes that nobody can foretell. Each 32-bit word is a draw, mixed with a counter by a bijection: on
 * the benign tape, where every draw is 0, the words of one life are still all different, and those of other
 * lives and nodes begin elsewhere, so that ids stay unique on a calm day.
 * Does not model: exhaustion, or bad generators. That is safe because an engine may not rely on entropy for
 * anything but uniqueness.
 */
export class SimulatedEntropy implements Entropy {
  readonly #life: Life;
  readonly #start: number;
  #wordCount = 0;

  constructor(life: Life) {
    this.#life = life;
    this.#start = hashText(`${life.process.name}#${life.incarnation}`);
  }

  bytes(length: number): Uint8Array {
    const words = new DataView(new ArrayBuffer(Math.ceil(length / wordBytes) * wordBytes));
    for (let offset = 0; offset < words.byteLength; offset += wordBytes) {
      words.setUint32(offset, this.#nextWord(), true);
    }
    return new Uint8Array(words.buffer, 0, length);
  }

  below(bound: number): number {
    return this.#life.process.simulation.tape.draw('entropy.below', bound);
  }

  #nextWord(): number {
    this.#wordCount += 1;
    const drawn = this.#life.process.simulation.tape.draw('entropy.bytes', 2 ** 32);
    return (drawn ^ scramble(this.#start + this.#wordCount)) >>> 0;
  }
}

/** The finalizer of MurmurHash3: a bijection on 32-bit words. */
function scramble(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
