/**
 * A rolling 64-bit mix in two 32-bit lanes: cheap enough for every draw and every event. It is not cryptographic; the run's
 * public fingerprint is BLAKE3 over its final lanes (see trace.ts).
 */
export class Mix {
  #low = 0x9e3779b9;
  #high = 0x85ebca6b;

  /** Folds in one 32-bit word. */
  word(value: number): void {
    let low = Math.imul(this.#low ^ value, 0x01000193);
    low ^= low >>> 15;
    this.#low = low;
    let high = Math.imul((this.#high + value) ^ low, 0x5bd1e995);
    high ^= high >>> 13;
    this.#high = high;
  }

  /** Folds in bytes: word by word, little-endian, then what is left byte by byte. */
  bytes(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const wholeWords = bytes.length - (bytes.length % 4);
    let low = this.#low;
    let high = this.#high;
    for (let offset = 0; offset < bytes.length;) {
      const isWord = offset < wholeWords;
      const value = isWord ? view.getInt32(offset, true) : view.getUint8(offset);
      offset += isWord ? 4 : 1;
      low = Math.imul(low ^ value, 0x01000193);
      low ^= low >>> 15;
      high = Math.imul((high + value) ^ low, 0x5bd1e995);
      high ^= high >>> 13;
    }
    this.#low = low;
    this.#high = high;
  }

  /** Folds in a safe integer, by its two halves. Fractions are lost: refuse them before. */
  number(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.word(value | 0);
    this.word(high | 0);
  }

  get low(): number {
    return this.#low >>> 0;
  }

  get high(): number {
    return this.#high >>> 0;
  }
}

/** FNV-1a over UTF-16 code units: the word that stands for a string in a {@link Mix}. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash ^ text.length;
}
