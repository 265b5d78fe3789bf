import { Mix } from '../trace/mix.js';

/** A short name for some bytes: 16 hex digits. Good enough to tell bytes apart in a run, not against an adversary. */
export function bytesDigest(bytes: Uint8Array): string {
  const mix = new Mix();
  mix.word(bytes.length);
  mix.bytes(bytes);
  return mix.high.toString(16).padStart(8, '0') + mix.low.toString(16).padStart(8, '0');
}
