import type { CborValue } from '../codec/cbor-value.js';
import { readInteger, readOneOf, readRecord, readText, readUnsigned } from '../codec/shape.js';
import {
  encodeCause,
  encodeFailure,
  encodeTerms,
  readCause,
  readFailure,
  readPayload,
  readTerms,
} from './codec.js';
import { sagaStates, type SagaEntry } from './entry.js';
import { sagaStepsMax } from './limits.js';

export function encodeEntry(entry: SagaEntry): CborValue {
  const { kind, sagaId } = entry;
  switch (kind) {
    case 'saga_begun':
      return { kind, ...encodeTerms(entry) };
    case 'step_tried':
    case 'compensation_tried':
      return { kind, saga_id: sagaId, step: entry.step, attempt: entry.attempt };
    case 'step_done':
      return { kind, saga_id: sagaId, step: entry.step, result: entry.result };
    case 'step_failed':
      return { kind, saga_id: sagaId, step: entry.step, failure: encodeFailure(entry.failure) };
    case 'cancel_requested':
      return { kind, saga_id: sagaId, reason: entry.reason };
    case 'turned_back':
      return { kind, saga_id: sagaId, cause: encodeCause(entry.cause) };
    case 'compensation_done':
      return { kind, saga_id: sagaId, step: entry.step };
    case 'saga_ended':
      return { kind, saga_id: sagaId, outcome: entry.outcome };
    case 'saga_forgotten':
      return { kind, saga_id: sagaId };
  }
}

/** @throws ShapeError or PayloadRejected when it is no entry. */
export function decodeEntry(value: CborValue): SagaEntry {
  const record = readRecord(value, 'entry');
  const kind = readOneOf(record['kind'], 'entry.kind', sagaStates);
  const sagaId = readText(record['saga_id'], 'entry.saga_id');
  const step = (): number => readUnsigned(record['step'], 'entry.step', sagaStepsMax - 1);
  const attempt = (): number => readInteger(record['attempt'], 'entry.attempt', 1);
  switch (kind) {
    case 'saga_begun':
      return { kind, ...readTerms(record, 'entry') };
    case 'step_tried':
    case 'compensation_tried':
      return { kind, sagaId, step: step(), attempt: attempt() };
    case 'step_done':
      return { kind, sagaId, step: step(), result: readPayload(record['result'], 'entry.result') };
    case 'step_failed':
      return { kind, sagaId, step: step(), failure: readFailure(record['failure'], 'entry.failure') };
    case 'cancel_requested':
      return { kind, sagaId, reason: readText(record['reason'], 'entry.reason') };
    case 'turned_back':
      return { kind, sagaId, cause: readCause(record['cause'], 'entry.cause') };
    case 'compensation_done':
      return { kind, sagaId, step: step() };
    case 'saga_ended': {
      const outcome = readOneOf(record['outcome'], 'entry.outcome', ['done', 'compensated']);
      return { kind, sagaId, outcome };
    }
    case 'saga_forgotten':
      return { kind, sagaId };
  }
}
