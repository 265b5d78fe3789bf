import type { CborRecord, CborValue } from '../codec/cbor.js';
import { readEach, readOneOf, readOptional, readRecord, readText, readUnsigned } from '../codec/shape.js';
import { operationStates, type OperationsEntry } from './entry.js';
import {
  decodeAnswer,
  decodeCursors,
  decodeOutcome,
  decodePeer,
  decodeSpec,
  encodeAnswer,
  encodeCursors,
  encodeOutcome,
  encodePeer,
  encodeSpec,
} from './record-codec.js';

export function encodeEntry(entry: OperationsEntry): CborValue {
  return { kind: entry.kind, ...encodeFacts(entry), at_ms: entry.atMs };
}

function encodeFacts(entry: OperationsEntry): CborRecord {
  switch (entry.kind) {
    case 'operation_registered':
      return { spec: encodeSpec(entry.spec), input_fingerprint: entry.inputFingerprint };
    case 'operation_started':
    case 'operation_retiring':
    case 'operation_rolled_back':
    case 'operation_evicted':
    case 'tombstone_dropped':
      return { operation_id: entry.operationId };
    case 'peer_ready':
      return { operation_id: entry.operationId, peer: encodePeer(entry.peer) };
    case 'progress_reported':
      return { operation_id: entry.operationId, message: entry.message, percent: entry.percent };
    case 'operation_ended':
      return { operation_id: entry.operationId, outcome: encodeOutcome(entry.outcome), seq: entry.seq };
    case 'owner_terminated':
      return { owner_session_id: entry.ownerSessionId, reason: entry.reason };
    case 'owner_forgotten':
      return { owner_session_id: entry.ownerSessionId };
    case 'barrier_opened':
      return { request_id: entry.requestId, operation_ids: entry.operationIds };
    case 'barrier_satisfied':
      return { request_id: entry.requestId, answers: entry.answers.map(encodeAnswer) };
    case 'barrier_closed':
      return { request_id: entry.requestId, why: entry.why };
    case 'cursors_advanced':
      return { cursors: encodeCursors(entry.cursors) };
  }
}

/** @throws ShapeError when it is no entry. */
export function decodeEntry(value: CborValue): OperationsEntry {
  const record = readRecord(value, 'entry');
  const kind = readOneOf(record['kind'], 'entry.kind', operationStates);
  const atMs = readUnsigned(record['at_ms'], 'entry.at_ms');
  const text = (key: string) => readText(record[key], `entry.${key}`);
  switch (kind) {
    case 'operation_registered':
      return {
        kind,
        spec: decodeSpec(record['spec'], 'entry.spec'),
        inputFingerprint: text('input_fingerprint'),
        atMs,
      };
    case 'operation_started':
    case 'operation_retiring':
    case 'operation_rolled_back':
    case 'operation_evicted':
    case 'tombstone_dropped':
      return { kind, operationId: text('operation_id'), atMs };
    case 'peer_ready':
      return {
        kind,
        operationId: text('operation_id'),
        peer: decodePeer(record['peer'], 'entry.peer'),
        atMs,
      };
    case 'progress_reported': {
      const percent = readOptional(record['percent'], 'entry.percent', readUnsigned);
      return { kind, operationId: text('operation_id'), message: text('message'), percent, atMs };
    }
    case 'operation_ended': {
      const outcome = decodeOutcome(record['outcome'], 'entry.outcome');
      const seq = readUnsigned(record['seq'], 'entry.seq');
      return { kind, operationId: text('operation_id'), outcome, seq, atMs };
    }
    case 'owner_terminated':
      return { kind, ownerSessionId: text('owner_session_id'), reason: text('reason'), atMs };
    case 'owner_forgotten':
      return { kind, ownerSessionId: text('owner_session_id'), atMs };
    case 'barrier_opened': {
      const operationIds = readEach(record['operation_ids'], 'entry.operation_ids', readText);
      return { kind, requestId: text('request_id'), operationIds, atMs };
    }
    case 'barrier_satisfied': {
      const answers = readEach(record['answers'], 'entry.answers', decodeAnswer);
      return { kind, requestId: text('request_id'), answers, atMs };
    }
    case 'barrier_closed': {
      const why = readOneOf(record['why'], 'entry.why', ['acknowledged', 'cancelled']);
      return { kind, requestId: text('request_id'), why, atMs };
    }
    case 'cursors_advanced':
      return { kind, cursors: decodeCursors(record['cursors'], 'entry.cursors'), atMs };
  }
}
