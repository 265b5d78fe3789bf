import type { Decision } from '../log/projection.js';
import type { OpenCommand, OwnerCommand, ReapCommand, SessionsCommand } from './command.js';
import { commandFault } from './command-fault.js';
import { decideMessage } from './decide-message.js';
import type { SessionEntry, SessionsEntry } from './entry.js';
import type { SessionsLimits } from './limits.js';
import {
  ForeignEdge,
  InvalidCommand,
  LimitReached,
  NoBuffer,
  NotDrained,
  NotOfOwner,
  RequestConflict,
  SessionNotFound,
  type SessionsRefusal,
  Terminal,
} from './refusal.js';
import { bufferedMessages, type LiveSession, type SessionsState } from './state.js';
import { isEnded } from './status.js';
import { findRequest } from './view.js';

type SessionsDecision = Decision<SessionsEntry, SessionsRefusal>;

/** Refuses, or says what is to be recorded. */
export function decide(
  limits: SessionsLimits,
  state: SessionsState,
  command: SessionsCommand,
): SessionsDecision {
  const fault = commandFault(command);
  if (fault !== undefined) return refused(new InvalidCommand(command.kind, fault));
  const atMs = Math.max(state.latestMs, command.atMs);
  if (command.kind === 'reap') return accepted(archival(limits, state, command, atMs));
  if (command.kind === 'open') return open(limits, state, command, atMs);
  const { sid } = command;
  const session = state.sessions.get(sid);
  const known = session ?? state.archived.get(sid);
  if (known === undefined) return refused(new SessionNotFound(sid));
  if ('sessionId' in command && command.sessionId !== known.sessionId) {
    return refused(new NotOfOwner(sid, command.sessionId));
  }
  if (isEnded(known.status)) return refused(new Terminal(sid, known.status));
  if (session === undefined) return refused(new SessionNotFound(sid));
  const verdict =
    command.kind === 'send' || command.kind === 'receive'
      ? decideMessage(limits, session, command, atMs)
      : decideOwned(session, command, atMs);
  return verdict instanceof Error ? refused(verdict) : accepted(verdict);
}

function open(
  { sessionsMax }: SessionsLimits,
  state: SessionsState,
  { requestId, sessionId, plan }: OpenCommand,
  atMs: number,
): SessionsDecision {
  const found = findRequest(state, requestId);
  if (found !== undefined) {
    const isSame = found.sessionId === sessionId && found.planDigest === plan.digest;
    return isSame ? accepted([]) : refused(new RequestConflict(requestId, found.sid));
  }
  if (state.sessions.size >= sessionsMax) return refused(new LimitReached(sessionsMax));
  return accepted([{ kind: 'opened', sid: state.nextSid, sessionId, requestId, plan, atMs }]);
}

function decideOwned(
  session: LiveSession,
  command: OwnerCommand,
  atMs: number,
): readonly SessionEntry[] | SessionsRefusal {
  const { sid, status } = session;
  if ('edge' in command) {
    const { edge } = command;
    if (edge.sid !== sid) return new ForeignEdge(sid, edge.sid);
    if (session.plan.placeOfEdge(edge.from, edge.to) === undefined) return new NoBuffer(edge);
  }
  const messages = bufferedMessages(session);
  const closed = { kind: 'status_changed', sid, status: { kind: 'closed' }, atMs } as const;
  switch (command.kind) {
    case 'bind_default_handler':
      return [{ kind: 'default_handler_bound', sid, handler: command.handler, atMs }];
    case 'bind_edge_handler': {
      const { from, to } = command.edge;
      return [{ kind: 'edge_handler_bound', sid, from, to, handler: command.handler, atMs }];
    }
    case 'record_trace': {
      const { from, to } = command.edge;
      return [{ kind: 'trace_recorded', sid, from, to, trace: command.trace, atMs }];
    }
    case 'drain': {
      if (status.kind === 'draining') return [];
      const draining = { kind: 'status_changed', sid, status: { kind: 'draining' }, atMs } as const;
      return messages === 0 ? [draining, closed] : [draining];
    }
    case 'close':
      return messages === 0 ? [closed] : new NotDrained(messages);
    case 'cancel':
      return [{ kind: 'status_changed', sid, status: { kind: 'cancelled' }, atMs }];
    case 'fault':
      return [{ kind: 'status_changed', sid, status: { kind: 'faulted', reason: command.reason }, atMs }];
  }
}

/** Every session that has ended goes to the archive, and what is too many there is forgotten. */
function archival(
  { archivedMax }: SessionsLimits,
  state: SessionsState,
  { sessionId: guard }: ReapCommand,
  atMs: number,
): SessionsEntry[] {
  const ended = [...state.sessions.values()]
    .filter(({ status, sessionId }) => isEnded(status) && (guard === null || guard === sessionId))
    .map(({ sid }) => sid);
  const surplus = Math.max(0, state.archived.size + ended.length - archivedMax);
  const forgotten = [...state.archived.keys(), ...ended].slice(0, surplus);
  return [
    ...ended.map((sid) => ({ kind: 'archived', sid, atMs }) as const),
    ...forgotten.map((sid) => ({ kind: 'forgotten', sid, atMs }) as const),
  ];
}

function accepted(entries: readonly SessionsEntry[]): SessionsDecision {
  return { kind: 'accepted', entries };
}

function refused(refusal: SessionsRefusal): SessionsDecision {
  return { kind: 'refused', refusal };
}
