import { Mix } from '../trace/mix.js';

/** A short name for some bytes: 16 hex digits. Good enough to tell bytes apart in a run, not against an adversary. */
export function bytesDigest(bytes: Uint8Array): string {
  const mix = new Mix();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wholeWords = bytes.length - (bytes.length % 4);
  mix.word(bytes.length);
  for (let offset = 0; offset < wholeWords; offset += 4) mix.word(view.getInt32(offset, true));
  for (let offset = wholeWords; offset < bytes.length; offset += 1) mix.word(view.getUint8(offset));
  return mix.high.toString(16).padStart(8, '0') + mix.low.toString(16).padStart(8, '0');
}
