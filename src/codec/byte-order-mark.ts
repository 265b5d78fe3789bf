import type { MarkedText } from './scan.js';

/**
 * Gives each of these texts a second byte order mark. cbor-x decodes a text of more than 64 bytes with a TextDecoder that
 * swallows a mark at its beginning, so of two marks the right one is left.
 *
 * @returns The same bytes when there are no such texts.
 */
export function doubleMarks(bytes: Uint8Array, texts: readonly MarkedText[]): Uint8Array {
  if (texts.length === 0) return bytes;
  const grown = texts.reduce((sum, text) => sum + prefixBytes - (text.content - text.head), bytes.length);
  const doubled = new Uint8Array(grown);
  const view = new DataView(doubled.buffer);
  let from = 0;
  let to = 0;
  for (const text of texts) {
    doubled.set(bytes.subarray(from, text.head), to);
    to += text.head - from;
    doubled[to] = textWithFourByteLength;
    view.setUint32(to + 1, text.end - text.content + mark.length);
    doubled.set(mark, to + 5);
    to += prefixBytes;
    from = text.content;
  }
  doubled.set(bytes.subarray(from), to);
  return doubled;
}

const mark = [0xef, 0xbb, 0xbf];
const textWithFourByteLength = 0x7a;
const prefixBytes = 5 + mark.length;
