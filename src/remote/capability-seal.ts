import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { CborValue } from '../codec/cbor.js';
import { readEach, readRecord, readText, readUnsigned } from '../codec/shape.js';
import { utf8Length } from '../codec/utf8.js';
import { framed } from '../steps/framing.js';
import type { RemoteCapability } from './remote-capability.js';

/** What a fleet's secret has: 32 bytes. */
export const secretBytes = 32;

/** Of nothing else that is ever hashed under the fleet's secret. */
const sealDomain = 'seaworthy:capability:v1';

/** Something that no seal can stand for, or under. */
export class Unsealable extends Error {
  readonly code = 'REMOTE_UNSEALABLE';
  override readonly name = 'Unsealable';
}

/**
 * Makes a capability, as the authority alone may: whoever has the secret decides who may do remote work. Flaw F25.
 *
 * @param secret - 32 bytes that authority and store share, and nobody else.
 * @throws {@link Unsealable} when the secret has another length, or a field is none that could be read again.
 */
export function sealCapability(secret: Uint8Array, fields: Omit<RemoteCapability, 'seal'>): RemoteCapability {
  const { sessionId, generation, grantedForMs } = fields;
  const computations = [...new Set(fields.computations)].sort();
  const sealed = { sessionId, generation, computations, grantedForMs };
  const seal = sealOf(secret, sealed);
  if (seal === undefined) throw new Unsealable('a capability with text or numbers that are none');
  return { ...sealed, seal };
}

/**
 * Whether the authority made it, and nobody has changed it since.
 *
 * @throws {@link Unsealable} when the secret has another length than 32.
 */
export function isSealed(secret: Uint8Array, capability: RemoteCapability): boolean {
  const seal = sealOf(secret, capability);
  return seal !== undefined && equalText(seal, capability.seal);
}

export function encodeRemoteCapability(capability: RemoteCapability): CborValue {
  const { sessionId, generation, computations, grantedForMs, seal } = capability;
  return { session_id: sessionId, generation, computations, granted_for_ms: grantedForMs, seal };
}

/** Believes nothing: see {@link isSealed}. @throws ShapeError when it is none. */
export function decodeRemoteCapability(value: CborValue | undefined, path: string): RemoteCapability {
  const record = readRecord(value, path);
  return {
    sessionId: readText(record['session_id'], `${path}.session_id`),
    generation: readUnsigned(record['generation'], `${path}.generation`),
    computations: readEach(record['computations'], `${path}.computations`, readText),
    grantedForMs: readUnsigned(record['granted_for_ms'], `${path}.granted_for_ms`),
    seal: readText(record['seal'], `${path}.seal`),
  };
}

/** @throws {@link Unsealable} when it is none. */
export function assertSecret(secret: Uint8Array): void {
  if (secret.length !== secretBytes) throw new Unsealable(`a secret of ${secret.length} bytes, not 32`);
}

/** Undefined when two different ones could have these bytes. */
function sealOf(secret: Uint8Array, fields: Omit<RemoteCapability, 'seal'>): string | undefined {
  assertSecret(secret);
  const { sessionId, generation, computations, grantedForMs } = fields;
  const isText = [sessionId, ...computations].every((text) => utf8Length(text) !== undefined);
  const isWhole = [generation, grantedForMs].every((number) => Number.isSafeInteger(number) && number >= 0);
  if (!isText || !isWhole) return undefined;
  const parts = [sealDomain, sessionId, String(generation), String(grantedForMs), ...computations];
  return bytesToHex(blake3(framed(parts), { key: secret }));
}

/** Takes as long wherever the two differ, so that nobody can guess a seal digit by digit. */
function equalText(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; index += 1) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  }
  return difference === 0;
}
