import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { framed } from './framing.js';

/** What a derived key is for. Each has a BLAKE3 context of its own, so that no two kinds can ever be equal. */
export type KeyPurpose = 'idempotency-key' | 'promise resolver-token';

/** Each begins where its context has been hashed already. */
const derivations: Readonly<Record<KeyPurpose, ReturnType<typeof blake3.create>>> = {
  'idempotency-key': derivation('idempotency-key'),
  'promise resolver-token': derivation('promise resolver-token'),
};

/** BLAKE3 in key derivation mode over length-framed parts: 64 lowercase hex digits. Reference B1. */
export function derivedKey(purpose: KeyPurpose, parts: readonly (string | Uint8Array)[]): string {
  return bytesToHex(derivations[purpose].clone().update(framed(parts)).digest());
}

function derivation(purpose: KeyPurpose): ReturnType<typeof blake3.create> {
  return blake3.create({ context: utf8ToBytes(`seaworthy v1 ${purpose} 2026`) });
}
