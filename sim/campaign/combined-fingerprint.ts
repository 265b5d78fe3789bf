import { blake3 } from '@noble/hashes/blake3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { FieldError } from './json-fields.js';

/** A 128-bit sum in four 32-bit lanes. */
export type Lanes = readonly [number, number, number, number];

export const noLanes: Lanes = [0, 0, 0, 0];

/** What one run adds to the fingerprint of its campaign: BLAKE3 over (scenario, seed, fingerprint). */
export function runLanes(scenario: string, seed: number, fingerprint: string): Lanes {
  const digest = blake3(utf8ToBytes(JSON.stringify([scenario, seed, fingerprint])), { dkLen: 16 });
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  return [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)];
}

/**
 * Lane-wise sum modulo 2^32: commutative and associative, so that a campaign's fingerprint depends neither on the number of
 * workers nor on chunks or shards. A sum and not an exclusive or, so that a run counted twice does not vanish.
 */
export function addLanes(left: Lanes, right: Lanes): Lanes {
  return [
    (left[0] + right[0]) >>> 0,
    (left[1] + right[1]) >>> 0,
    (left[2] + right[2]) >>> 0,
    (left[3] + right[3]) >>> 0,
  ];
}

/** Reads what {@link lanesText} wrote. @throws FieldError */
export function lanesOf(text: string): Lanes {
  if (!/^[\da-f]{32}$/.test(text)) throw new FieldError('lanes', '32 hex digits');
  const lane = (index: number): number => Number.parseInt(text.slice(8 * index, 8 * index + 8), 16);
  return [lane(0), lane(1), lane(2), lane(3)];
}

/** 32 hex digits. */
export function lanesText(lanes: Lanes): string {
  return lanes.map((lane) => lane.toString(16).padStart(8, '0')).join('');
}
