import type { CborValue } from '../../codec/cbor.js';
import { readEach, readOneOf, readOptional, readRecord, readText, readUnsigned } from '../../codec/shape.js';
import { decodeStatus, encodeStatus } from '../../sessions/session-codec.js';
import type { MemoryUsage } from '../../sessions/view.js';
import type { EdgeView, RoleView, SessionView } from './sessions.js';

type Found = CborValue | undefined;

/** Answers about protocol sessions as data, and back. The decoders throw ShapeError on anything else. */
export function encodeSid(sid: number): CborValue {
  return sid;
}

export function decodeSid(value: Found, path: string): number {
  return readUnsigned(value, path);
}

export function encodeView(view: SessionView | null): CborValue {
  if (view === null) return null;
  const { sid, sessionId, status, roles, edges } = view;
  return {
    sid,
    session_id: sessionId,
    status: encodeStatus(status),
    roles: roles.map(({ role, allowed }) => ({ role, allowed: allowed.map((action) => ({ ...action })) })),
    edges: edges.map((edge) => ({ ...edge })),
  };
}

export function decodeView(value: Found, path: string): SessionView | null {
  return readOptional(value, path, (found, at) => {
    const record = readRecord(found, at);
    return {
      sid: readUnsigned(record['sid'], `${at}.sid`),
      sessionId: readText(record['session_id'], `${at}.session_id`),
      status: decodeStatus(record['status'], `${at}.status`),
      roles: readEach(record['roles'], `${at}.roles`, decodeRole),
      edges: readEach(record['edges'], `${at}.edges`, decodeEdge),
    };
  });
}

function decodeRole(value: CborValue, path: string): RoleView {
  const record = readRecord(value, path);
  return {
    role: readText(record['role'], `${path}.role`),
    allowed: readEach(record['allowed'], `${path}.allowed`, (each, at) => {
      const action = readRecord(each, at);
      return {
        direction: readOneOf(action['direction'], `${at}.direction`, ['send', 'receive']),
        partner: readText(action['partner'], `${at}.partner`),
        label: readText(action['label'], `${at}.label`),
      };
    }),
  };
}

function decodeEdge(value: CborValue, path: string): EdgeView {
  const record = readRecord(value, path);
  return {
    from: readText(record['from'], `${path}.from`),
    to: readText(record['to'], `${path}.to`),
    sent: readUnsigned(record['sent'], `${path}.sent`),
    received: readUnsigned(record['received'], `${path}.received`),
    handler: readOptional(record['handler'], `${path}.handler`, readText),
  };
}

export function encodeMemoryUsage({ retainedBytes, ...counts }: MemoryUsage): CborValue {
  return { ...counts, retainedBytes: { ...retainedBytes } };
}

export function decodeMemoryUsage(value: Found, path: string): MemoryUsage {
  const record = readRecord(value, path);
  const bytes = readRecord(record['retainedBytes'], `${path}.retainedBytes`);
  const count = (key: string): number => readUnsigned(record[key], `${path}.${key}`);
  const size = (key: string): number => readUnsigned(bytes[key], `${path}.retainedBytes.${key}`);
  return {
    liveSessions: count('liveSessions'),
    endedSessions: count('endedSessions'),
    archivedSessions: count('archivedSessions'),
    localTypeEntries: count('localTypeEntries'),
    buffers: count('buffers'),
    bufferedMessages: count('bufferedMessages'),
    edgeHandlers: count('edgeHandlers'),
    retainedBytes: {
      sessions: size('sessions'),
      archived: size('archived'),
      localTypes: size('localTypes'),
      buffers: size('buffers'),
      handlers: size('handlers'),
      traces: size('traces'),
      total: size('total'),
    },
  };
}
