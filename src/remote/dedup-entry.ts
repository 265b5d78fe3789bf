import type { CborValue } from '../codec/cbor.js';
import { readBytes, readOneOf, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type { Milliseconds } from '../runtime/clock.js';
import { type CanonicalRequest, readCanonicalRequest } from './canonical-request.js';
import { type IdempotencyKey, readKey } from './idempotency-key.js';
import { decodeRemoteOutcome, encodeRemoteOutcome, type RemoteOutcome } from './remote-outcome.js';

/** What the dedup room is folded from. */
export type DedupEntry =
  /** The first run of a request was begun. */
  | (OwnerAct & {
      readonly kind: 'claimed';
      readonly key: IdempotencyKey;
      readonly request: CanonicalRequest;
    })
  /** Another run was begun, after the one before was abandoned. */
  | (OwnerAct & { readonly kind: 'run_begun'; readonly key: IdempotencyKey })
  /** A claim that began no run, or somebody who only asked, came under a higher generation. */
  | (OwnerAct & { readonly kind: 'generation_raised' })
  | {
      readonly kind: 'recorded';
      readonly key: IdempotencyKey;
      readonly outcome: RemoteOutcome;
      readonly atMs: Milliseconds;
    }
  | { readonly kind: 'diverged'; readonly key: IdempotencyKey; readonly outcomeDigest: string }
  | { readonly kind: 'abandoned'; readonly key: IdempotencyKey; readonly atMs: Milliseconds }
  | { readonly kind: 'forgotten'; readonly key: IdempotencyKey }
  | { readonly kind: 'fence_dropped'; readonly sessionId: string };

/** Who did it, and when by the time of the room. */
export interface OwnerAct {
  readonly sessionId: string;
  readonly generation: number;
  readonly atMs: Milliseconds;
}

/** What a probe is told: the kind of the entry that was recorded last. */
export const dedupStates = [
  'claimed',
  'run_begun',
  'generation_raised',
  'recorded',
  'diverged',
  'abandoned',
  'forgotten',
  'fence_dropped',
] as const satisfies readonly DedupEntry['kind'][];

export function encodeEntry(entry: DedupEntry): CborValue {
  const { kind } = entry;
  switch (kind) {
    case 'claimed':
      return { kind, key: entry.key, request: entry.request, ...encodeAct(entry) };
    case 'run_begun':
      return { kind, key: entry.key, ...encodeAct(entry) };
    case 'generation_raised':
      return { kind, ...encodeAct(entry) };
    case 'recorded':
      return { kind, key: entry.key, outcome: encodeRemoteOutcome(entry.outcome), at_ms: entry.atMs };
    case 'diverged':
      return { kind, key: entry.key, outcome_digest: entry.outcomeDigest };
    case 'abandoned':
      return { kind, key: entry.key, at_ms: entry.atMs };
    case 'forgotten':
      return { kind, key: entry.key };
    case 'fence_dropped':
      return { kind, session_id: entry.sessionId };
  }
}

/** @throws ShapeError when it is no entry. */
export function decodeEntry(value: CborValue): DedupEntry {
  const record = readRecord(value, 'entry');
  const kind = readOneOf(record['kind'], 'entry.kind', dedupStates);
  const key = (): IdempotencyKey => readKey(record['key'], 'entry.key');
  const atMs = (): Milliseconds => readUnsigned(record['at_ms'], 'entry.at_ms');
  const sessionId = (): string => readText(record['session_id'], 'entry.session_id');
  const act = (): OwnerAct => ({
    sessionId: sessionId(),
    generation: readUnsigned(record['generation'], 'entry.generation'),
    atMs: atMs(),
  });
  switch (kind) {
    case 'claimed': {
      const bytes = readBytes(record['request'], 'entry.request');
      return { kind, key: key(), request: readCanonicalRequest(bytes, 'entry.request'), ...act() };
    }
    case 'run_begun':
      return { kind, key: key(), ...act() };
    case 'generation_raised':
      return { kind, ...act() };
    case 'recorded': {
      const outcome = decodeRemoteOutcome(record['outcome'], 'entry.outcome');
      return { kind, key: key(), outcome, atMs: atMs() };
    }
    case 'diverged':
      return { kind, key: key(), outcomeDigest: readText(record['outcome_digest'], 'entry.outcome_digest') };
    case 'abandoned':
      return { kind, key: key(), atMs: atMs() };
    case 'forgotten':
      return { kind, key: key() };
    case 'fence_dropped':
      return { kind, sessionId: sessionId() };
  }
}

function encodeAct({ sessionId, generation, atMs }: OwnerAct): {
  readonly session_id: string;
  readonly generation: number;
  readonly at_ms: number;
} {
  return { session_id: sessionId, generation, at_ms: atMs };
}
