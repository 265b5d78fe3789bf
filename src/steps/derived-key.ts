import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { framed } from './framing.js';

/** What a derived key is for. Each has a BLAKE3 context of its own, so that no two kinds can ever be equal. */
export type KeyPurpose = 'idempotency-key' | 'promise resolver-token';

/** BLAKE3 in key derivation mode over length-framed parts: 64 lowercase hex digits. Reference B1. */
export function derivedKey(purpose: KeyPurpose, parts: readonly (string | Uint8Array)[]): string {
  return bytesToHex(blake3(framed(parts), { context: utf8ToBytes(`seaworthy v1 ${purpose} 2026`) }));
}
