import type { LiveSession, SessionsState } from '../../sessions/state.js';
import { handlerOf } from '../../sessions/view.js';
import type { SessionView } from './sessions.js';

/** How a protocol session stands; null when it was never opened, or has been forgotten. */
export function viewOf({ sessions, archived }: SessionsState, sid: number): SessionView | null {
  const live = sessions.get(sid);
  if (live !== undefined) return viewOfLive(live);
  const summary = archived.get(sid);
  if (summary === undefined) return null;
  return { sid, sessionId: summary.sessionId, status: summary.status, roles: [], edges: [] };
}

function viewOfLive(session: LiveSession): SessionView {
  const { sid, sessionId, status, plan, points, edges } = session;
  return {
    sid,
    sessionId,
    status,
    roles: plan.roles.map(({ role, type }, place) => ({ role, allowed: type.allowed(points[place] ?? -1) })),
    edges: plan.edges.map(({ from, to }, place) => {
      const { received = 0, messages = [] } = edges[place] ?? {};
      const handler = handlerOf(session, from, to);
      return { from, to, sent: received + messages.length, received, handler };
    }),
  };
}
