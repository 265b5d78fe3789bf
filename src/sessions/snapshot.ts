import { type CborValue, decode, encode } from '../codec/cbor.js';
import { readBytes, readEach, readRecord, readUnsigned } from '../codec/shape.js';
import { decodeSession, decodeSummary, encodeSession, encodeSummary } from './session-codec.js';
import { bufferedMessages, type LiveSession, SessionsLogCorrupt, type SessionsState } from './state.js';
import { isEnded } from './status.js';

/** The state as data. Each session is encoded on its own, so that the codec's limit on items counts them, not their fields. */
export function capture({ sessions, archived, nextSid, latestMs }: SessionsState): CborValue {
  return {
    sessions: [...sessions.values()].map(encodeSession),
    archived: [...archived.values()].map((summary) => encode(encodeSummary(summary))),
    next_sid: nextSid,
    latest_ms: latestMs,
  };
}

/** @throws CodecError, InvalidLocalType, InvalidPlan or SessionsLogCorrupt on anything that {@link capture} did not make of a state. */
export function restore(value: CborValue): SessionsState {
  const record = readRecord(value, 'sessions');
  const sessions = readEach(record['sessions'], 'sessions.sessions', decodeSession);
  const archived = readEach(record['archived'], 'sessions.archived', (each, path) =>
    decodeSummary(decode(readBytes(each, path)), path),
  );
  const nextSid = readUnsigned(record['next_sid'], 'sessions.next_sid');
  const sids = [...sessions, ...archived].map(({ sid }) => sid);
  for (const sid of sids) {
    if (sid >= nextSid) throw new SessionsLogCorrupt(sid, 'a sid that was never given');
  }
  if (new Set(sids).size < sids.length) throw new SessionsLogCorrupt(nextSid, 'a session is held twice');
  for (const session of sessions) assertConsistent(session);
  const requests = new Map([...sessions, ...archived].map(({ requestId, sid }) => [requestId, sid]));
  if (requests.size < sids.length) throw new SessionsLogCorrupt(nextSid, 'a request has opened two sessions');
  return {
    sessions: new Map(sessions.map((session) => [session.sid, session])),
    archived: new Map(archived.map((summary) => [summary.sid, summary])),
    requests,
    nextSid,
    latestMs: readUnsigned(record['latest_ms'], 'sessions.latest_ms'),
  };
}

/** What every session that entries can lead to has in common. */
function assertConsistent(session: LiveSession): void {
  const { sid, plan, status, points, edges } = session;
  const areThere = points.every((point, place) => plan.roles[place]?.type.states[point] !== undefined);
  if (points.length !== plan.roles.length || !areThere) {
    throw new SessionsLogCorrupt(sid, 'a role stands where its type has no state');
  }
  if (edges.length !== plan.edges.length) throw new SessionsLogCorrupt(sid, 'other edges than planned');
  const isOwing = edges.some(
    ({ messages, owed }) => owed > (status.kind === 'draining' ? messages.length : 0),
  );
  if (edges.some(({ received, lastReceived }) => received > 0 !== (lastReceived !== null))) {
    throw new SessionsLogCorrupt(sid, 'a last message of none, or none of some');
  }
  const messages = bufferedMessages(session);
  if (isOwing || (isEnded(status) ? messages > 0 : status.kind === 'draining' && messages === 0)) {
    throw new SessionsLogCorrupt(sid, `${messages} messages on the way of what is ${status.kind}`);
  }
}
