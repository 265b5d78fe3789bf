import type { ClaimCommand } from './command.js';
import type { Draft } from './draft.js';
import type { OwnershipLimits } from './limits.js';
import { AlreadyClaimed, LimitReached, PolicyConflict, type AuthorityRefusal } from './refusal.js';
import { sameScope } from './scope.js';
import type { OwnedSession } from './state.js';

/** Grants a session that nobody owns, in a generation that it never had. */
export function claim(
  limits: OwnershipLimits,
  draft: Draft,
  session: OwnedSession | undefined,
  { sessionId, ownerId, scope, policy, requestId }: ClaimCommand,
): AuthorityRefusal | undefined {
  const { state, atMs } = draft;
  const holder = session?.holder ?? null;
  if (session === undefined && state.sessions.size >= limits.sessionsMax) {
    return new LimitReached('sessionsMax', limits.sessionsMax);
  }
  if (session !== undefined && session.policy !== policy)
    return new PolicyConflict(sessionId, session.policy);
  if (holder !== null) {
    const isSame = holder.ownerId === ownerId && holder.requestId === requestId;
    return isSame && sameScope(holder.scope, scope)
      ? undefined
      : new AlreadyClaimed(sessionId, holder.ownerId);
  }
  const generation = session === undefined ? state.firstGeneration : session.generation + 1;
  if (generation >= Number.MAX_SAFE_INTEGER) return new LimitReached('generations', Number.MAX_SAFE_INTEGER);
  const capability = { sessionId, ownerId, generation, scope };
  const lease = { issuedAtMs: atMs, ttlMs: limits.leaseTtlMs };
  draft.record({ kind: 'capability_issued', capability, lease, policy, requestId, atMs });
  return undefined;
}
