import { type CborValue, encode } from '../codec/cbor.js';
import { encodePlan } from './open-plan.js';
import { encodeEdges, encodeHead, encodeSummary } from './session-codec.js';
import type { LiveSession, Message, SessionsState } from './state.js';
import { isEnded } from './status.js';

/** The session that a request has opened, live or archived; undefined when there is none that is remembered. */
export function findRequest(
  { sessions, archived, requests }: SessionsState,
  requestId: string,
): { readonly sid: number; readonly sessionId: string; readonly planDigest: string } | undefined {
  const sid = requests.get(requestId) ?? -1;
  const session = sessions.get(sid);
  if (session === undefined) return archived.get(sid);
  return { sid, sessionId: session.sessionId, planDigest: session.plan.digest };
}

/** The message that the next `receive` on an edge takes; undefined when there is none. */
export function nextMessage({ plan, edges }: LiveSession, from: string, to: string): Message | undefined {
  return edges[plan.placeOfEdge(from, to) ?? -1]?.messages[0];
}

/** Whose handler is good for an edge: its own, or else that of the session; null when neither was bound. */
export function handlerOf(
  { plan, edges, defaultHandler }: LiveSession,
  from: string,
  to: string,
): string | null {
  return edges[plan.placeOfEdge(from, to) ?? -1]?.handler ?? defaultHandler;
}

/** What the room holds, and in how many bytes of a snapshot. */
export interface MemoryUsage {
  readonly liveSessions: number;
  readonly endedSessions: number;
  readonly archivedSessions: number;
  readonly localTypeEntries: number;
  readonly buffers: number;
  readonly bufferedMessages: number;
  readonly edgeHandlers: number;
  readonly retainedBytes: {
    readonly sessions: number;
    readonly archived: number;
    readonly localTypes: number;
    readonly buffers: number;
    readonly handlers: number;
    readonly traces: number;
    readonly total: number;
  };
}

export function memoryUsageOf({ sessions, archived }: SessionsState): MemoryUsage {
  const held = [...sessions.values()];
  const live = held.filter(({ status }) => !isEnded(status));
  const edges = live.flatMap((session) => session.edges);
  const bytes = {
    sessions: bytesOf(held, encodeHead),
    archived: bytesOf([...archived.values()], encodeSummary),
    localTypes: bytesOf(held, ({ plan }) => encodePlan(plan)),
    buffers: bytesOf(held, (session) => encodeEdges(session).buffers),
    handlers: bytesOf(held, (session) => encodeEdges(session).handlers),
    traces: bytesOf(held, (session) => encodeEdges(session).traces),
  };
  return {
    liveSessions: live.length,
    endedSessions: held.length - live.length,
    archivedSessions: archived.size,
    localTypeEntries: live.reduce((count, { plan }) => count + plan.roles.length, 0),
    buffers: edges.length,
    bufferedMessages: edges.reduce((count, { messages }) => count + messages.length, 0),
    edgeHandlers: edges.filter(({ handler }) => handler !== null).length,
    retainedBytes: { ...bytes, total: Object.values(bytes).reduce((sum, each) => sum + each, 0) },
  };
}

function bytesOf<Held>(held: readonly Held[], encodeHeld: (one: Held) => CborValue): number {
  return held.reduce((sum, one) => sum + encode(encodeHeld(one)).length, 0);
}
