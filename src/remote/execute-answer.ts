import type { CborRecord, CborValue } from '../codec/cbor-value.js';
import { digestHex } from '../codec/digest.js';
import { readBytes, readOneOf, readOptional, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type { RequestConflict } from './dedup-refusal.js';
import type { Progress } from './dedup-record.js';
import { decodeRemoteOutcome, encodeRemoteOutcome, type RemoteOutcome } from './remote-outcome.js';
import { labelOf } from './computation.js';

/** What the store answers: how the work ended for good, or why it was not done. */
export type ExecuteAnswer =
  | { readonly kind: 'outcome'; readonly outcome: RemoteOutcome }
  | { readonly kind: 'fenced'; readonly highest: number }
  | { readonly kind: 'conflict'; readonly recorded: RecordedWork }
  /** `no_capability`, `unknown_computation`: never. `full`: later. `unavailable`: later, under the same key; it may have been done. */
  | {
      readonly kind: 'no_capability' | 'unknown_computation' | 'invalid' | 'full' | 'unavailable';
      readonly code: string;
      readonly message: string;
    };

/** What a key stands for, as it is shown to whoever came with something else. Flaws F47 and F55. */
export interface RecordedWork {
  /** As `labelOf` the computation. */
  readonly computation: string;
  readonly inputDigest: string;
  readonly inputBytes: number;
  /** Null: it has more than {@link shownBytesMax}. */
  readonly input: Uint8Array | null;
  readonly progress: Progress['kind'];
  /** Null: there is none, or its response has more than {@link shownBytesMax}. */
  readonly outcome: RemoteOutcome | null;
}

/** What is longer is told by its digest and length, so that every answer fits into one message. */
export const shownBytesMax = 262_144;

/** What a conflict shows. */
export function recordedWork({ recorded, progress }: RequestConflict): RecordedWork {
  const { computation, input } = recorded;
  const outcome = progress.kind === 'recorded' ? progress.outcome : null;
  const isLong = outcome?.kind === 'success' && outcome.response.length > shownBytesMax;
  return {
    computation: labelOf(computation),
    inputDigest: digestHex(input),
    inputBytes: input.length,
    input: input.length > shownBytesMax ? null : input,
    progress: progress.kind,
    outcome: isLong ? null : outcome,
  };
}

export function encodeExecuteAnswer(answer: ExecuteAnswer): CborValue {
  switch (answer.kind) {
    case 'outcome':
      return { kind: answer.kind, outcome: encodeRemoteOutcome(answer.outcome) };
    case 'fenced':
      return { kind: answer.kind, highest: answer.highest };
    case 'conflict':
      return { kind: answer.kind, recorded: encodeRecorded(answer.recorded) };
    case 'no_capability':
    case 'unknown_computation':
    case 'invalid':
    case 'full':
    case 'unavailable':
      return { kind: answer.kind, code: answer.code, message: answer.message };
  }
}

const kinds = [
  'outcome',
  'fenced',
  'conflict',
  'no_capability',
  'unknown_computation',
  'invalid',
  'full',
  'unavailable',
] as const;

/** @throws ShapeError when it is none. */
export function decodeExecuteAnswer(value: CborValue): ExecuteAnswer {
  const record = readRecord(value, 'answer');
  const kind = readOneOf(record['kind'], 'answer.kind', kinds);
  switch (kind) {
    case 'outcome':
      return { kind, outcome: decodeRemoteOutcome(record['outcome'], 'answer.outcome') };
    case 'fenced':
      return { kind, highest: readUnsigned(record['highest'], 'answer.highest') };
    case 'conflict':
      return { kind, recorded: decodeRecorded(readRecord(record['recorded'], 'answer.recorded')) };
    case 'no_capability':
    case 'unknown_computation':
    case 'invalid':
    case 'full':
    case 'unavailable':
      return {
        kind,
        code: readText(record['code'], 'answer.code'),
        message: readText(record['message'], 'answer.message'),
      };
  }
}

function encodeRecorded(work: RecordedWork): CborValue {
  const { computation, inputDigest, inputBytes, input, progress, outcome } = work;
  return {
    computation,
    input_digest: inputDigest,
    input_bytes: inputBytes,
    input,
    progress,
    outcome: outcome === null ? null : encodeRemoteOutcome(outcome),
  };
}

function decodeRecorded(record: CborRecord): RecordedWork {
  const path = 'answer.recorded';
  return {
    computation: readText(record['computation'], `${path}.computation`),
    inputDigest: readText(record['input_digest'], `${path}.input_digest`),
    inputBytes: readUnsigned(record['input_bytes'], `${path}.input_bytes`),
    input: readOptional(record['input'], `${path}.input`, readBytes),
    progress: readOneOf(record['progress'], `${path}.progress`, ['in_flight', 'abandoned', 'recorded']),
    outcome: readOptional(record['outcome'], `${path}.outcome`, decodeRemoteOutcome),
  };
}
