import type { CborRecord, CborValue } from '../codec/cbor.js';
import { readBytes, readEach, readOneOf, readRecord, readText, readUnsigned } from '../codec/shape.js';
import { sessionStates, type SessionsEntry } from './entry.js';
import { decodePlan, encodePlan } from './open-plan.js';
import { decodeStatus, encodeStatus } from './session-codec.js';

export function encodeEntry(entry: SessionsEntry): CborValue {
  return { kind: entry.kind, sid: entry.sid, ...encodeFacts(entry), at_ms: entry.atMs };
}

function encodeFacts(entry: SessionsEntry): CborRecord {
  switch (entry.kind) {
    case 'opened': {
      const { sessionId, requestId, plan } = entry;
      return { session_id: sessionId, request_id: requestId, plan: encodePlan(plan) };
    }
    case 'sent': {
      const { from, to, label, payload } = entry;
      return { from, to, label, payload };
    }
    case 'received':
      return { from: entry.from, to: entry.to, label: entry.label };
    case 'default_handler_bound':
      return { handler: entry.handler };
    case 'edge_handler_bound':
      return { from: entry.from, to: entry.to, handler: entry.handler };
    case 'trace_recorded':
      return { from: entry.from, to: entry.to, trace: [...entry.trace] };
    case 'status_changed':
      return { status: encodeStatus(entry.status) };
    case 'archived':
    case 'forgotten':
      return {};
  }
}

/** @throws ShapeError, InvalidLocalType or InvalidPlan when it is no entry. */
export function decodeEntry(value: CborValue): SessionsEntry {
  const record = readRecord(value, 'entry');
  const kind = readOneOf(record['kind'], 'entry.kind', sessionStates);
  const sid = readUnsigned(record['sid'], 'entry.sid');
  const atMs = readUnsigned(record['at_ms'], 'entry.at_ms');
  const text = (key: string) => readText(record[key], `entry.${key}`);
  switch (kind) {
    case 'opened': {
      const plan = decodePlan(record['plan'], 'entry.plan');
      return { kind, sid, sessionId: text('session_id'), requestId: text('request_id'), plan, atMs };
    }
    case 'sent': {
      const payload = readBytes(record['payload'], 'entry.payload');
      return { kind, sid, from: text('from'), to: text('to'), label: text('label'), payload, atMs };
    }
    case 'received':
      return { kind, sid, from: text('from'), to: text('to'), label: text('label'), atMs };
    case 'default_handler_bound':
      return { kind, sid, handler: text('handler'), atMs };
    case 'edge_handler_bound':
      return { kind, sid, from: text('from'), to: text('to'), handler: text('handler'), atMs };
    case 'trace_recorded': {
      const trace = readEach(record['trace'], 'entry.trace', readText);
      return { kind, sid, from: text('from'), to: text('to'), trace, atMs };
    }
    case 'status_changed':
      return { kind, sid, status: decodeStatus(record['status'], 'entry.status'), atMs };
    case 'archived':
    case 'forgotten':
      return { kind, sid, atMs };
  }
}
