import type { BookkeepingEntry, SessionsEntry } from './entry.js';
import { evolve, openSession } from './evolve.js';
import {
  type ClosedSessionSummary,
  type LiveSession,
  SessionsLogCorrupt,
  type SessionsState,
} from './state.js';
import { isEnded } from './status.js';

/** @throws {@link SessionsLogCorrupt} on an entry that cannot have been decided. */
export function applyEntry(state: SessionsState, entry: SessionsEntry): void {
  const { sid, atMs } = entry;
  if (atMs < state.latestMs) throw new SessionsLogCorrupt(sid, 'time goes back');
  state.latestMs = atMs;
  if (entry.kind === 'archived' || entry.kind === 'forgotten') {
    applyBookkeeping(state, entry);
    return;
  }
  if (entry.kind === 'opened') {
    if (sid !== state.nextSid) throw new SessionsLogCorrupt(sid, `opened instead of ${state.nextSid}`);
    state.nextSid += 1;
    state.sessions.set(sid, openSession(entry));
    state.requests.set(entry.requestId, sid);
    return;
  }
  const session = state.sessions.get(sid);
  if (session === undefined) throw new SessionsLogCorrupt(sid, `${entry.kind}: it is not open`);
  state.sessions.set(sid, evolve(session, entry));
}

function applyBookkeeping(
  { sessions, archived, requests }: SessionsState,
  { kind, sid }: BookkeepingEntry,
): void {
  if (kind === 'forgotten') {
    const summary = archived.get(sid);
    if (summary === undefined) throw new SessionsLogCorrupt(sid, 'forgotten before it was archived');
    archived.delete(sid);
    requests.delete(summary.requestId);
    return;
  }
  const session = sessions.get(sid);
  if (session === undefined) throw new SessionsLogCorrupt(sid, 'archived, and not there');
  sessions.delete(sid);
  archived.set(sid, summaryOf(session));
}

function summaryOf(session: LiveSession): ClosedSessionSummary {
  const { sid, sessionId, requestId, plan, status, edges, messagesDiscarded, epoch } = session;
  if (!isEnded(status)) throw new SessionsLogCorrupt(sid, 'archived before it ended');
  return {
    sid,
    sessionId,
    requestId,
    planDigest: plan.digest,
    status,
    roleCount: plan.roles.length,
    localTypeEntries: plan.roles.length,
    edgeCount: edges.length,
    edgeHandlerCount: edges.filter(({ handler }) => handler !== null).length,
    messagesDiscarded,
    epoch,
  };
}
