import { type CborValue, decode } from '../codec/cbor.js';
import {
  readArray,
  readBytes,
  readEach,
  readInteger,
  readOneOf,
  readOptional,
  readRecord,
  readText,
  readUnsigned,
} from '../codec/shape.js';
import type { Barrier, MemberAnswer } from './barrier.js';
import type { Operation, ProgressReport } from './operation.js';
import type { Completion } from './outcome.js';
import {
  decodeAnswer,
  decodeOutcome,
  decodePeer,
  decodeSpec,
  encodeAnswer,
  encodeOutcome,
  encodePeer,
  encodeSpec,
} from './record-codec.js';
import { livePhases } from './status.js';
import type { Tombstone } from './tombstone.js';

type Found = CborValue | undefined;

/** What the registry holds under one id, as data for a snapshot. The decoders take the bytes that hold that data. */
export function encodeOperation(operation: Operation): CborValue {
  return {
    spec: encodeSpec(operation.spec),
    input_fingerprint: operation.inputFingerprint,
    phase: operation.phase,
    peer: operation.peer === null ? null : encodePeer(operation.peer),
    progress_count: operation.progressCount,
    last_progress: operation.lastProgress === null ? null : encodeProgress(operation.lastProgress),
    created_at_ms: operation.createdAtMs,
    started_at_ms: operation.startedAtMs,
    completion: operation.completion === null ? null : encodeCompletion(operation.completion),
  };
}

export function decodeOperation(value: Found, path: string): Operation {
  const record = readRecord(decode(readBytes(value, path)), path);
  return {
    spec: decodeSpec(record['spec'], `${path}.spec`),
    inputFingerprint: readText(record['input_fingerprint'], `${path}.input_fingerprint`),
    phase: readOneOf(record['phase'], `${path}.phase`, livePhases),
    peer: readOptional(record['peer'], `${path}.peer`, decodePeer),
    progressCount: readUnsigned(record['progress_count'], `${path}.progress_count`),
    lastProgress: readOptional(record['last_progress'], `${path}.last_progress`, decodeProgress),
    createdAtMs: readUnsigned(record['created_at_ms'], `${path}.created_at_ms`),
    startedAtMs: readOptional(record['started_at_ms'], `${path}.started_at_ms`, readUnsigned),
    completion: readOptional(record['completion'], `${path}.completion`, decodeCompletion),
  };
}

function encodeProgress({ message, percent, atMs }: ProgressReport): CborValue {
  return { message, percent, at_ms: atMs };
}

function decodeProgress(value: Found, path: string): ProgressReport {
  const record = readRecord(value, path);
  return {
    message: readText(record['message'], `${path}.message`),
    percent: readOptional(record['percent'], `${path}.percent`, readUnsigned),
    atMs: readUnsigned(record['at_ms'], `${path}.at_ms`),
  };
}

function encodeCompletion({ outcome, seq, atMs }: Completion): CborValue {
  return { outcome: encodeOutcome(outcome), seq, at_ms: atMs };
}

function decodeCompletion(value: Found, path: string): Completion {
  const record = readRecord(value, path);
  return {
    outcome: decodeOutcome(record['outcome'], `${path}.outcome`),
    seq: readInteger(record['seq'], `${path}.seq`, 1),
    atMs: readUnsigned(record['at_ms'], `${path}.at_ms`),
  };
}

export function encodeTombstone(tombstone: Tombstone): CborValue {
  return {
    operation_id: tombstone.operationId,
    input_fingerprint: tombstone.inputFingerprint,
    spec_digest: tombstone.specDigest,
    completion: encodeCompletion(tombstone.completion),
  };
}

export function decodeTombstone(value: Found, path: string): Tombstone {
  const record = readRecord(decode(readBytes(value, path)), path);
  return {
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    inputFingerprint: readText(record['input_fingerprint'], `${path}.input_fingerprint`),
    specDigest: readText(record['spec_digest'], `${path}.spec_digest`),
    completion: decodeCompletion(record['completion'], `${path}.completion`),
  };
}

export function encodeBarrier(barrier: Barrier): CborValue {
  return {
    request_id: barrier.requestId,
    opened_at_ms: barrier.openedAtMs,
    satisfied_at_ms: barrier.satisfiedAtMs,
    members: [...barrier.answers].map(([operationId, answer]) => [
      operationId,
      answer === null ? null : encodeAnswer(answer),
    ]),
  };
}

export function decodeBarrier(value: Found, path: string): Barrier {
  const record = readRecord(decode(readBytes(value, path)), path);
  return {
    requestId: readText(record['request_id'], `${path}.request_id`),
    openedAtMs: readUnsigned(record['opened_at_ms'], `${path}.opened_at_ms`),
    satisfiedAtMs: readOptional(record['satisfied_at_ms'], `${path}.satisfied_at_ms`, readUnsigned),
    answers: new Map(readEach(record['members'], `${path}.members`, decodeMember)),
  };
}

function decodeMember(value: Found, path: string): [string, MemberAnswer | null] {
  const [operationId, answer] = readArray(value, path);
  return [readText(operationId, `${path}[0]`), readOptional(answer, `${path}[1]`, decodeAnswer)];
}

/** Why a session was terminated, by its id. */
export function decodeTerminatedOwner(value: Found, path: string): [string, string] {
  const [ownerSessionId, reason] = readArray(value, path);
  return [readText(ownerSessionId, `${path}[0]`), readText(reason, `${path}[1]`)];
}
