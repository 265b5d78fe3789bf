import { describeReason, endedStatus, type TerminalReason } from '../../ownership/ending.js';
import type { OwnershipState } from '../../ownership/state.js';
import type { OwnerCommand } from '../../sessions/command.js';
import { reasonLengthMax } from '../../sessions/limits.js';
import type { LiveSession, SessionsState } from '../../sessions/state.js';
import { isEnded } from '../../sessions/status.js';

type OwnedSessions = Pick<OwnershipState, 'sessions'>;

/** Why nobody owns any more what guards a session; undefined while somebody may. */
export function guardEnding(
  { sessions }: OwnedSessions,
  { sessionId }: Pick<LiveSession, 'sessionId'>,
): TerminalReason | undefined {
  return sessions.get(sessionId)?.ending?.reason;
}

/**
 * The end of the first protocol session that goes on although what guards it has ended: with a fault it is faulted, else cancelled.
 * Undefined when there is none. Follows from the state alone, so that whichever life of the authority finds it does the same.
 */
export function nextEnding(
  ownership: OwnedSessions,
  { sessions }: Pick<SessionsState, 'sessions'>,
  atMs: number,
): OwnerCommand | undefined {
  for (const session of sessions.values()) {
    if (isEnded(session.status)) continue;
    const reason = guardEnding(ownership, session);
    if (reason === undefined) continue;
    const { sid, sessionId } = session;
    if (endedStatus(reason) !== 'faulted') return { kind: 'cancel', sid, sessionId, atMs };
    return { kind: 'fault', sid, sessionId, reason: faultReason(reason), atMs };
  }
  return undefined;
}

/** Names may be so long that not all of it fits. */
function faultReason(reason: TerminalReason): string {
  return describeReason(reason)
    .slice(0, reasonLengthMax)
    .replace(/\p{Surrogate}$/u, '');
}

/** What guards the first protocol session that has ended for ever, and can be archived; undefined when there is none. */
export function nextReaped(
  ownership: OwnedSessions,
  { sessions }: Pick<SessionsState, 'sessions'>,
): string | undefined {
  for (const session of sessions.values()) {
    if (isEnded(session.status) && guardEnding(ownership, session) !== undefined) return session.sessionId;
  }
  return undefined;
}
