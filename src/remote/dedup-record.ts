import { type CborValue, decode, encode } from '../codec/cbor.js';
import { readBytes, readOneOf, readOptional, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type { Milliseconds } from '../runtime/clock.js';
import { type CanonicalRequest, readCanonicalRequest } from './canonical-request.js';
import { type IdempotencyKey, readKey } from './idempotency-key.js';
import { decodeRemoteOutcome, encodeRemoteOutcome, type RemoteOutcome } from './remote-outcome.js';

/** What is known of one key: the one request that it stands for, and how far that has come. */
export interface DedupRecord {
  readonly key: IdempotencyKey;
  readonly request: CanonicalRequest;
  /** Whose run the last one was, and under which generation it was begun. */
  readonly sessionId: string;
  readonly generation: number;
  /** Counts from 1. What an earlier run comes to later counts no more. */
  readonly run: number;
  readonly progress: Progress;
}

export type Progress =
  | { readonly kind: 'in_flight' }
  /** The last run has ended without an outcome. */
  | { readonly kind: 'abandoned'; readonly atMs: Milliseconds }
  | {
      readonly kind: 'recorded';
      readonly atMs: Milliseconds;
      readonly outcome: RemoteOutcome;
      /** The digest of the first other outcome that was told for the same run; null: none was. Flaw F4. */
      readonly divergence: string | null;
    };

/** As bytes of their own, so that the codec's limits on items are not those of all records together. */
export function encodeRecord({
  key,
  request,
  sessionId,
  generation,
  run,
  progress,
}: DedupRecord): Uint8Array {
  return encode({
    key,
    request,
    session_id: sessionId,
    generation,
    run,
    progress: encodeProgress(progress),
  });
}

/** @throws CodecError when it is none. */
export function decodeRecord(value: CborValue, path: string): DedupRecord {
  const record = readRecord(decode(readBytes(value, path)), path);
  return {
    key: readKey(record['key'], `${path}.key`),
    request: readCanonicalRequest(readBytes(record['request'], `${path}.request`), `${path}.request`),
    sessionId: readText(record['session_id'], `${path}.session_id`),
    generation: readUnsigned(record['generation'], `${path}.generation`),
    run: readUnsigned(record['run'], `${path}.run`),
    progress: decodeProgress(record['progress'], `${path}.progress`),
  };
}

function encodeProgress(progress: Progress): CborValue {
  switch (progress.kind) {
    case 'in_flight':
      return { kind: progress.kind };
    case 'abandoned':
      return { kind: progress.kind, at_ms: progress.atMs };
    case 'recorded': {
      const { kind, atMs, outcome, divergence } = progress;
      return { kind, at_ms: atMs, outcome: encodeRemoteOutcome(outcome), divergence };
    }
  }
}

function decodeProgress(value: CborValue | undefined, path: string): Progress {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['in_flight', 'abandoned', 'recorded']);
  if (kind === 'in_flight') return { kind };
  const atMs = readUnsigned(record['at_ms'], `${path}.at_ms`);
  if (kind === 'abandoned') return { kind, atMs };
  const outcome = decodeRemoteOutcome(record['outcome'], `${path}.outcome`);
  return {
    kind,
    atMs,
    outcome,
    divergence: readOptional(record['divergence'], `${path}.divergence`, readText),
  };
}
