import type { ClaimCommand } from './command.js';
import type { Draft } from './draft.js';
import type { OwnershipLimits } from './limits.js';
import {
  AlreadyClaimed,
  ClaimSpent,
  LimitReached,
  PolicyConflict,
  type AuthorityRefusal,
} from './refusal.js';
import { sameScope } from './scope.js';
import type { OwnedSession } from './state.js';

/** Grants a session that nobody owns, in the generation that is claimed, which must be the next one: a copy of a claim that was granted never is. */
export function claim(
  limits: OwnershipLimits,
  draft: Draft,
  session: OwnedSession | undefined,
  { sessionId, ownerId, generation, scope, policy, requestId }: ClaimCommand,
): AuthorityRefusal | undefined {
  const { state, atMs } = draft;
  const holder = session?.holder ?? null;
  if (session === undefined && state.sessions.size >= limits.sessionsMax) {
    return new LimitReached('sessionsMax', limits.sessionsMax);
  }
  if (session !== undefined && session.policy !== policy)
    return new PolicyConflict(sessionId, session.policy);
  if (session !== undefined && holder !== null) {
    const { origin } = holder;
    const isSame =
      holder.ownerId === ownerId &&
      session.generation === generation &&
      origin.kind === 'claim' &&
      origin.requestId === requestId &&
      sameScope(holder.scope, scope);
    return isSame ? undefined : new AlreadyClaimed(sessionId, holder.ownerId);
  }
  const nextGeneration = session === undefined ? state.firstGeneration : session.generation + 1;
  if (nextGeneration >= Number.MAX_SAFE_INTEGER) {
    return new LimitReached('generations', Number.MAX_SAFE_INTEGER);
  }
  if (generation !== nextGeneration) return new ClaimSpent(sessionId, generation, nextGeneration);
  const origin = { kind: 'claim', requestId } as const;
  const capability = { sessionId, ownerId, generation, scope };
  const lease = { issuedAtMs: atMs, ttlMs: limits.leaseTtlMs };
  draft.record({ kind: 'capability_issued', capability, lease, policy, origin, atMs });
  return undefined;
}
