import { type CborRecord, type CborValue, encodedBytesMax } from '../codec/cbor.js';
import { CodecError, UnsupportedVersionError } from '../codec/codec-error.js';
import { decodeVersioned, encodeVersioned } from '../codec/schema.js';
import { readEach, readOneOf, readRecord } from '../codec/shape.js';
import {
  decodeRecoveryMetadata,
  type DurableRecoveryMetadata,
  encodeRecoveryMetadata,
} from './recovery-metadata.js';
import { type AgreementEntry, type AgreementWalEntry, isWalEntry } from './entry.js';
import { decodeWalEntry, encodeEntry } from './entry-codec.js';

/** The reference's schema of what is exchanged about durability (2.6). */
export const durabilitySchema = 'telltale.machine.durability.v1';

/**
 * What one artifact holds. The entries of an evidence outcome cache are carried as they are: what they mean is known in the
 * room of that cache.
 */
export type DurabilityArtifact =
  | { readonly kind: 'agreement_wal'; readonly entries: readonly AgreementWalEntry[] }
  | { readonly kind: 'evidence_outcome_cache'; readonly entries: readonly CborRecord[] }
  | { readonly kind: 'recovery_metadata'; readonly metadata: DurableRecoveryMetadata };

const payloadKinds = ['agreement_wal', 'evidence_outcome_cache', 'recovery_metadata'] as const;

/** Why an artifact could not be written or read. */
export type ArtifactErrorCode =
  | 'AGREEMENT_ARTIFACT_ENCODE'
  | 'AGREEMENT_ARTIFACT_DECODE'
  | 'AGREEMENT_ARTIFACT_VERSION'
  | 'AGREEMENT_ARTIFACT_KIND';

export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
  readonly code: ArtifactErrorCode;
  constructor(code: ArtifactErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The part of a log that an artifact shows: registrations are the engine's own affair. */
export function exportWal(entries: readonly AgreementEntry[]): DurabilityArtifact {
  return { kind: 'agreement_wal', entries: entries.filter(isWalEntry) };
}

/** @throws {@link ArtifactError} when it would be larger than anybody could read again. */
export function encodeArtifact(artifact: DurabilityArtifact): Uint8Array {
  const { kind } = artifact;
  try {
    return encodeVersioned(durabilitySchema, { kind, payload: encodePayload(artifact) });
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const text = `encode persisted durability artifact: ${error.message}`;
    throw new ArtifactError('AGREEMENT_ARTIFACT_ENCODE', text, { cause: error });
  }
}

/**
 * Reads an artifact. That its entries follow the rules is not looked at: `validateEntries` does.
 *
 * @throws {@link ArtifactError} on anything else than one whole artifact of the known schema, with nothing behind it.
 */
export function decodeArtifact(bytes: Uint8Array): DurabilityArtifact {
  if (bytes.length > encodedBytesMax) {
    const text = `decode persisted durability artifact: input is ${bytes.length} bytes, max is ${encodedBytesMax}`;
    throw new ArtifactError('AGREEMENT_ARTIFACT_DECODE', text);
  }
  try {
    return decodePayload(decodeVersioned(bytes, durabilitySchema));
  } catch (error) {
    if (error instanceof UnsupportedVersionError) {
      const text = `unsupported persisted durability schema version \`${error.found}\``;
      throw new ArtifactError('AGREEMENT_ARTIFACT_VERSION', text, { cause: error });
    }
    if (!(error instanceof CodecError)) throw error;
    const text = `decode persisted durability artifact: ${error.message}`;
    throw new ArtifactError('AGREEMENT_ARTIFACT_DECODE', text, { cause: error });
  }
}

/** The entries of an artifact that is an agreement WAL. @throws {@link ArtifactError} when it is something else. */
export function agreementWalOf(artifact: DurabilityArtifact): readonly AgreementWalEntry[] {
  switch (artifact.kind) {
    case 'agreement_wal':
      return artifact.entries;
    case 'evidence_outcome_cache':
      throw wrongKind('contains an evidence outcome cache payload, not an agreement WAL');
    case 'recovery_metadata':
      throw wrongKind('contains recovery metadata, not an agreement WAL');
  }
}

/** The entries of an artifact that is an evidence outcome cache. @throws {@link ArtifactError} when it is something else. */
export function evidenceOutcomeCacheOf(artifact: DurabilityArtifact): readonly CborRecord[] {
  switch (artifact.kind) {
    case 'evidence_outcome_cache':
      return artifact.entries;
    case 'agreement_wal':
      throw wrongKind('contains an agreement WAL payload, not an evidence outcome cache');
    case 'recovery_metadata':
      throw wrongKind('contains recovery metadata, not an evidence outcome cache');
  }
}

function wrongKind(what: string): ArtifactError {
  return new ArtifactError('AGREEMENT_ARTIFACT_KIND', `persisted durability artifact ${what}`);
}

function encodePayload(artifact: DurabilityArtifact): CborValue {
  switch (artifact.kind) {
    case 'agreement_wal':
      return { entries: artifact.entries.map(encodeEntry) };
    case 'evidence_outcome_cache':
      return { entries: artifact.entries };
    case 'recovery_metadata':
      return encodeRecoveryMetadata(artifact.metadata);
  }
}

function decodePayload(value: CborValue): DurabilityArtifact {
  const outer = readRecord(value, 'payload');
  const kind = readOneOf(outer['kind'], 'payload.kind', payloadKinds);
  const payload = readRecord(outer['payload'], 'payload.payload');
  const path = 'payload.payload.entries';
  switch (kind) {
    case 'agreement_wal':
      return { kind, entries: readEach(payload['entries'], path, decodeWalEntry) };
    case 'evidence_outcome_cache':
      return { kind, entries: readEach(payload['entries'], path, readRecord) };
    case 'recovery_metadata':
      return { kind, metadata: decodeRecoveryMetadata(payload, 'payload.payload') };
  }
}
