import { type CborRecord, type CborValue, decode, encode } from '../codec/cbor.js';
import {
  readArray,
  readBytes,
  readEach,
  readOneOf,
  readOptional,
  readRecord,
  readText,
  readUnsigned,
} from '../codec/shape.js';
import { decodePlan, encodePlan } from './open-plan.js';
import {
  type ClosedSessionSummary,
  type EdgeState,
  type LiveSession,
  type Message,
  SessionsLogCorrupt,
} from './state.js';
import { isEnded, type SessionStatus } from './status.js';

type Found = CborValue | undefined;

/** What the room holds of one session, as bytes for a snapshot. */
export function encodeSession(session: LiveSession): Uint8Array {
  return encode({ head: encodeHead(session), plan: encodePlan(session.plan), ...encodeEdges(session) });
}

/** A session without its plan and its edges. */
export function encodeHead(session: LiveSession): CborValue {
  const { sid, sessionId, requestId, status, points, defaultHandler, epoch, messagesDiscarded } = session;
  return {
    sid,
    session_id: sessionId,
    request_id: requestId,
    status: encodeStatus(status),
    points: [...points],
    default_handler: defaultHandler,
    epoch,
    messages_discarded: messagesDiscarded,
  };
}

/** What the edges hold, in the order of the plan. */
export function encodeEdges({
  edges,
}: LiveSession): Readonly<Record<'buffers' | 'handlers' | 'traces', CborValue>> {
  return {
    buffers: edges.map(({ messages, owed, received, lastReceived }) => ({
      messages: messages.map(encodeMessage),
      owed,
      received,
      last_received: lastReceived === null ? null : encodeMessage(lastReceived),
    })),
    handlers: edges.map(({ handler }) => handler),
    traces: edges.map(({ trace }) => [...trace]),
  };
}

/** @throws CodecError, InvalidLocalType, InvalidPlan or SessionsLogCorrupt when it is none. */
export function decodeSession(value: Found, path: string): LiveSession {
  const record = readRecord(decode(readBytes(value, path)), path);
  const head = readRecord(record['head'], `${path}.head`);
  const number = (key: string) => readUnsigned(head[key], `${path}.head.${key}`);
  return {
    sid: number('sid'),
    sessionId: readText(head['session_id'], `${path}.head.session_id`),
    requestId: readText(head['request_id'], `${path}.head.request_id`),
    plan: decodePlan(record['plan'], `${path}.plan`),
    status: decodeStatus(head['status'], `${path}.head.status`),
    points: readEach(head['points'], `${path}.head.points`, readUnsigned),
    edges: decodeEdges(record, path),
    defaultHandler: readOptional(head['default_handler'], `${path}.head.default_handler`, readText),
    epoch: number('epoch'),
    messagesDiscarded: number('messages_discarded'),
  };
}

function decodeEdges(record: CborRecord, path: string): readonly EdgeState[] {
  const handlers = readArray(record['handlers'], `${path}.handlers`);
  const traces = readArray(record['traces'], `${path}.traces`);
  return readArray(record['buffers'], `${path}.buffers`).map((value, place) => {
    const buffer = readRecord(value, `${path}.buffers[${place}]`);
    return {
      messages: readEach(buffer['messages'], `${path}.buffers[${place}].messages`, decodeMessage),
      owed: readUnsigned(buffer['owed'], `${path}.buffers[${place}].owed`),
      handler: readOptional(handlers[place], `${path}.handlers[${place}]`, readText),
      trace: readEach(traces[place], `${path}.traces[${place}]`, readText),
      received: readUnsigned(buffer['received'], `${path}.buffers[${place}].received`),
      lastReceived: readOptional(
        buffer['last_received'],
        `${path}.buffers[${place}].last_received`,
        decodeMessage,
      ),
    };
  });
}

export function encodeMessage({ label, payload }: Message): CborValue {
  return { label, payload };
}

export function decodeMessage(value: Found, path: string): Message {
  const record = readRecord(value, path);
  return {
    label: readText(record['label'], `${path}.label`),
    payload: readBytes(record['payload'], `${path}.payload`),
  };
}

export function encodeStatus(status: SessionStatus): CborValue {
  return status.kind === 'faulted' ? { kind: status.kind, reason: status.reason } : { kind: status.kind };
}

export function decodeStatus(value: Found, path: string): SessionStatus {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, [
    'active',
    'draining',
    'closed',
    'cancelled',
    'faulted',
  ]);
  return kind === 'faulted' ? { kind, reason: readText(record['reason'], `${path}.reason`) } : { kind };
}

export function encodeSummary(summary: ClosedSessionSummary): CborValue {
  return {
    sid: summary.sid,
    session_id: summary.sessionId,
    request_id: summary.requestId,
    plan_digest: summary.planDigest,
    status: encodeStatus(summary.status),
    role_count: summary.roleCount,
    local_type_entries: summary.localTypeEntries,
    edge_count: summary.edgeCount,
    edge_handler_count: summary.edgeHandlerCount,
    messages_discarded: summary.messagesDiscarded,
    epoch: summary.epoch,
  };
}

export function decodeSummary(value: Found, path: string): ClosedSessionSummary {
  const record = readRecord(value, path);
  const number = (key: string) => readUnsigned(record[key], `${path}.${key}`);
  const text = (key: string) => readText(record[key], `${path}.${key}`);
  const status = decodeStatus(record['status'], `${path}.status`);
  const sid = number('sid');
  if (!isEnded(status)) throw new SessionsLogCorrupt(sid, 'archived before it ended');
  return {
    sid,
    sessionId: text('session_id'),
    requestId: text('request_id'),
    planDigest: text('plan_digest'),
    status,
    roleCount: number('role_count'),
    localTypeEntries: number('local_type_entries'),
    edgeCount: number('edge_count'),
    edgeHandlerCount: number('edge_handler_count'),
    messagesDiscarded: number('messages_discarded'),
    epoch: number('epoch'),
  };
}
