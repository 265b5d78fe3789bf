import { type CborValue, decode, encode } from '../codec/cbor.js';
import {
  readBoolean,
  readBytes,
  readEach,
  readInteger,
  readOneOf,
  readOptional,
  readRecord,
  readText,
  readUnsigned,
} from '../codec/shape.js';
import {
  encodeCause,
  encodeFailure,
  encodeTerms,
  readCause,
  readFailure,
  readPayload,
  readTerms,
} from './codec.js';
import type { Saga, SagaTombstone, StepProgress, StepRecord } from './saga.js';
import { emptyState, SagaLogCorrupt, type SagasState } from './state.js';

/**
 * The room as data, in the order in which it is held: equal states give equal bytes. Each saga is encoded on its own, so that the
 * codec's limit on items counts sagas, and not their fields.
 */
export function capture({ open, ended }: SagasState): CborValue {
  return { open: [...open.values()].map(encodeSaga), ended: [...ended.values()].map(encodeTombstone) };
}

/** @throws CodecError, PayloadRejected or {@link SagaLogCorrupt} on what no room could be. */
export function restore(value: CborValue): SagasState {
  const captured = readRecord(value, 'sagas');
  const state = emptyState();
  for (const saga of readEach(captured['open'], 'sagas.open', readSaga)) {
    if (state.open.has(saga.sagaId)) throw new SagaLogCorrupt(saga.sagaId, 'is open twice');
    state.open.set(saga.sagaId, saga);
  }
  for (const tombstone of readEach(captured['ended'], 'sagas.ended', readTombstone)) {
    const { sagaId } = tombstone;
    if (state.open.has(sagaId) || state.ended.has(sagaId)) throw new SagaLogCorrupt(sagaId, 'ended twice');
    state.ended.set(sagaId, tombstone);
  }
  return state;
}

function encodeSaga(saga: Saga): Uint8Array {
  return encode({
    ...encodeTerms(saga),
    records: saga.records.map(encodeRecord),
    cancel_reason: saga.cancelReason,
    cause: saga.cause === null ? null : encodeCause(saga.cause),
  });
}

function readSaga(value: CborValue, path: string): Saga {
  const record = readRecord(decode(readBytes(value, path)), path);
  return {
    ...readTerms(record, path),
    records: readEach(record['records'], `${path}.records`, readStepRecord),
    cancelReason: readOptional(record['cancel_reason'], `${path}.cancel_reason`, readText),
    cause: readOptional(record['cause'], `${path}.cause`, readCause),
  };
}

function encodeRecord(record: StepRecord): CborValue {
  return {
    attempts: record.attempts,
    progress: encodeProgress(record.progress),
    compensation_attempts: record.compensationAttempts,
    is_compensated: record.isCompensated,
  };
}

function readStepRecord(value: CborValue, path: string): StepRecord {
  const record = readRecord(value, path);
  return {
    attempts: readInteger(record['attempts'], `${path}.attempts`, 1),
    progress: readProgress(record['progress'], `${path}.progress`),
    compensationAttempts: readUnsigned(record['compensation_attempts'], `${path}.compensation_attempts`),
    isCompensated: readBoolean(record['is_compensated'], `${path}.is_compensated`),
  };
}

function encodeProgress(progress: StepProgress): CborValue {
  switch (progress.kind) {
    case 'in_doubt':
      return { kind: progress.kind };
    case 'done':
      return { kind: progress.kind, result: progress.result };
    case 'failed':
      return { kind: progress.kind, failure: encodeFailure(progress.failure) };
  }
}

function readProgress(value: CborValue | undefined, path: string): StepProgress {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['in_doubt', 'done', 'failed']);
  switch (kind) {
    case 'in_doubt':
      return { kind };
    case 'done':
      return { kind, result: readPayload(record['result'], `${path}.result`) };
    case 'failed':
      return { kind, failure: readFailure(record['failure'], `${path}.failure`) };
  }
}

function encodeTombstone({ sagaId, sessionId, name, inputDigest, end }: SagaTombstone): Uint8Array {
  return encode({
    saga_id: sagaId,
    session_id: sessionId,
    name,
    input_digest: inputDigest,
    cause: end.kind === 'done' ? null : encodeCause(end.cause),
  });
}

function readTombstone(value: CborValue, path: string): SagaTombstone {
  const record = readRecord(decode(readBytes(value, path)), path);
  const cause = readOptional(record['cause'], `${path}.cause`, readCause);
  return {
    sagaId: readText(record['saga_id'], `${path}.saga_id`),
    sessionId: readText(record['session_id'], `${path}.session_id`),
    name: readText(record['name'], `${path}.name`),
    inputDigest: readText(record['input_digest'], `${path}.input_digest`),
    end: cause === null ? { kind: 'done' } : { kind: 'compensated', cause },
  };
}
