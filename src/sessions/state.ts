import type { OpenPlan } from './open-plan.js';
import type { EndedStatus, SessionStatus } from './status.js';

/** A message that was sent and not received. */
export interface Message {
  readonly label: string;
  readonly payload: Uint8Array;
}

/** What one edge of a session holds. */
export interface EdgeState {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** So many of the oldest were there when draining began. */
  readonly owed: number;
  /** Of this edge alone; null when the one of the session is good. */
  readonly handler: string | null;
  readonly trace: readonly string[];
  /** So many messages were received on it. */
  readonly received: number;
  /** The last one of them, so that whoever received it can be told again; null before the first one. */
  readonly lastReceived: Message | null;
}

/** A session that has not been archived. */
export interface LiveSession {
  readonly sid: number;
  /** The session of the room of ownership whose owner may open, change and end it. */
  readonly sessionId: string;
  /** With which it was opened: the same request opens it once. */
  readonly requestId: string;
  readonly plan: OpenPlan;
  readonly status: SessionStatus;
  /** Where each role stands in its type, in the order of the plan. */
  readonly points: readonly number[];
  /** In the order of the plan. */
  readonly edges: readonly EdgeState[];
  readonly defaultHandler: string | null;
  /** How often its status has changed. */
  readonly epoch: number;
  /** Messages that nobody will receive. */
  readonly messagesDiscarded: number;
}

/** What is left of a session that was archived. */
export interface ClosedSessionSummary {
  readonly sid: number;
  readonly sessionId: string;
  readonly requestId: string;
  readonly planDigest: string;
  readonly status: EndedStatus;
  readonly roleCount: number;
  readonly localTypeEntries: number;
  readonly edgeCount: number;
  readonly edgeHandlerCount: number;
  readonly messagesDiscarded: number;
  readonly epoch: number;
}

/** The fold of the entries. What can be derived is derived when it is asked for (flaw O15), save for {@link SessionsState.requests}. */
export interface SessionsState {
  /** By sid, which is the order in which they were opened. */
  readonly sessions: Map<number, LiveSession>;
  /** In the order of archival: the first one is forgotten first. */
  readonly archived: Map<number, ClosedSessionSummary>;
  /** The sid by request id, of all that are held or archived. No part of a snapshot: it is made anew from those. */
  readonly requests: Map<string, number>;
  /** All below were given, and none is given again. Flaw O16. */
  nextSid: number;
  /** The latest time that was ever recorded. */
  latestMs: number;
}

export function initialState(): SessionsState {
  return { sessions: new Map(), archived: new Map(), requests: new Map(), nextSid: 0, latestMs: 0 };
}

export function bufferedMessages({ edges }: LiveSession): number {
  return edges.reduce((count, { messages }) => count + messages.length, 0);
}

/** The log holds an entry that cannot follow what comes before it, or a snapshot what no log can lead to. */
export class SessionsLogCorrupt extends Error {
  readonly code = 'SESSION_LOG_CORRUPT';
  override readonly name = 'SessionsLogCorrupt';
  readonly sid: number;
  constructor(sid: number, reason: string) {
    super(`sessions log is corrupt at ${sid}: ${reason}`);
    this.sid = sid;
  }
}
