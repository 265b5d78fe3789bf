import type { Action } from './endpoint-type.js';
import type { SessionEntry } from './entry.js';
import type { Direction } from './open-plan.js';
import { bufferedMessages, type EdgeState, type LiveSession, SessionsLogCorrupt } from './state.js';
import { isEnded, type SessionStatus } from './status.js';

type Opened = Extract<SessionEntry, { kind: 'opened' }>;
type Change = Exclude<SessionEntry, Opened>;

export function openSession({ sid, sessionId, requestId, plan }: Opened): LiveSession {
  return {
    sid,
    sessionId,
    requestId,
    plan,
    status: { kind: 'active' },
    points: plan.roles.map(() => 0),
    edges: plan.edges.map(() => ({
      messages: [],
      owed: 0,
      handler: null,
      trace: [],
      received: 0,
      lastReceived: null,
    })),
    defaultHandler: null,
    epoch: 0,
    messagesDiscarded: 0,
  };
}

/**
 * One session after an entry. Changes nothing that it is given.
 *
 * @throws {@link SessionsLogCorrupt} on an entry that cannot have been decided.
 */
export function evolve(session: LiveSession, entry: Change): LiveSession {
  if (isEnded(session.status)) throw new SessionsLogCorrupt(session.sid, `${entry.kind} after its end`);
  switch (entry.kind) {
    case 'sent': {
      const { from, to, label, payload } = entry;
      const action: Action = { direction: 'send', partner: to, label };
      return withEdge(stepped(session, from, action), entry, (edge) => ({
        ...edge,
        messages: [...edge.messages, { label, payload }],
      }));
    }
    case 'received': {
      const { from, to, label } = entry;
      const action: Action = { direction: 'receive', partner: from, label };
      return withEdge(stepped(session, to, action), entry, (edge) => {
        const [head, ...messages] = edge.messages;
        if (head?.label !== label) throw new SessionsLogCorrupt(session.sid, `\`${label}\` is not next`);
        const owed = Math.max(0, edge.owed - 1);
        return { ...edge, messages, owed, received: edge.received + 1, lastReceived: head };
      });
    }
    case 'default_handler_bound':
      return { ...session, defaultHandler: entry.handler };
    case 'edge_handler_bound':
      return withEdge(session, entry, (edge) => ({ ...edge, handler: entry.handler }));
    case 'trace_recorded':
      return withEdge(session, entry, (edge) => ({ ...edge, trace: entry.trace }));
    case 'status_changed':
      return { ...turned(session, entry.status), status: entry.status, epoch: session.epoch + 1 };
  }
}

function turned(session: LiveSession, status: SessionStatus): LiveSession {
  const { sid, edges } = session;
  if (status.kind === 'active' || status.kind === session.status.kind) {
    throw new SessionsLogCorrupt(sid, `${status.kind} again`);
  }
  if (status.kind === 'draining') {
    return { ...session, edges: edges.map((edge) => ({ ...edge, owed: edge.messages.length })) };
  }
  const discarded = bufferedMessages(session);
  if (status.kind === 'closed' && discarded > 0) {
    throw new SessionsLogCorrupt(sid, `closed with ${discarded} messages on the way`);
  }
  return {
    ...session,
    edges: edges.map((edge) => ({ ...edge, messages: [], owed: 0, trace: [] })),
    messagesDiscarded: discarded,
  };
}

/** A role has taken a step of its type. */
function stepped(session: LiveSession, role: string, action: Action): LiveSession {
  const { sid, plan, points } = session;
  const advance = plan.advance(points, role, action);
  if (advance.kind === 'refused') throw new SessionsLogCorrupt(sid, advance.refusal.message);
  return { ...session, points: points.with(plan.placeOfRole(role) ?? 0, advance.state) };
}

function withEdge(
  session: LiveSession,
  { from, to }: Direction,
  change: (edge: EdgeState) => EdgeState,
): LiveSession {
  const { sid, plan, edges } = session;
  const place = plan.placeOfEdge(from, to) ?? -1;
  const edge = edges[place];
  if (edge === undefined) throw new SessionsLogCorrupt(sid, `no edge ${from} -> ${to}`);
  return { ...session, edges: edges.with(place, change(edge)) };
}
