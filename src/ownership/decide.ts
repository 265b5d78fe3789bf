import type { Decision } from '../log/projection.js';
import { lastAuditSeq } from './apply.js';
import { type AuthorityCommand, type OwnershipCommand, ownerIdOf, sessionIdOf } from './command.js';
import { commandFault } from './command-fault.js';
import { claim } from './decide-claim.js';
import { decideOwned } from './decide-owned.js';
import { commitTransfer } from './decide-transfer.js';
import { Draft } from './draft.js';
import { type DeniedEntry, isBookkeeping, type OwnershipEntry, type PresentedArtifact } from './entry.js';
import { expire } from './expiry.js';
import type { OwnershipLimits } from './limits.js';
import {
  type AuthorityRefusal,
  InvalidCommand,
  NothingToDeny,
  type OwnershipRefusal,
  SessionNotFound,
  Terminal,
} from './refusal.js';
import type { OwnershipState } from './state.js';

type OwnershipDecision = Decision<OwnershipEntry, OwnershipRefusal>;

/** Refuses, or says what is to be recorded. */
export function decide(
  limits: OwnershipLimits,
  state: OwnershipState,
  command: OwnershipCommand,
): OwnershipDecision {
  const fault = commandFault(command);
  if (fault !== undefined) return refused(new InvalidCommand(command.kind, fault));
  if (command.kind === 'expire_due') {
    const draft = new Draft(state, command.atMs);
    for (const session of state.sessions.values()) expire(draft, session);
    return accepted(limits, state, draft.entries);
  }
  if (command.kind === 'reap') {
    return accepted(limits, state, archival(limits, state, Math.max(state.latestMs, command.atMs)));
  }
  if (command.kind === 'deny') return deny(limits, state, command.act);
  const { draft, refusal } = judge(limits, state, command);
  return refusal === undefined ? accepted(limits, state, draft.entries) : refused(refusal);
}

/** Records what time has done, and why the act was refused after that. */
function deny(limits: OwnershipLimits, state: OwnershipState, act: AuthorityCommand): OwnershipDecision {
  const { draft, refusal } = judge(limits, state, act);
  if (refusal === undefined) return refused(new NothingToDeny(act.kind));
  const denied: DeniedEntry = {
    kind: 'denied',
    act: act.kind,
    sessionId: sessionIdOf(act),
    ownerId: ownerIdOf(act),
    presented: presentedBy(act),
    code: refusal.code,
    reason: refusal.message,
    atMs: draft.atMs,
  };
  return accepted(limits, state, [...draft.entries, denied]);
}

interface Judged {
  /** With what time has done, and with what the command does unless it is refused. */
  readonly draft: Draft;
  readonly refusal: AuthorityRefusal | undefined;
}

function judge(limits: OwnershipLimits, state: OwnershipState, command: AuthorityCommand): Judged {
  const draft = new Draft(state, command.atMs);
  return { draft, refusal: refusalOf(limits, draft, command) };
}

function refusalOf(
  limits: OwnershipLimits,
  draft: Draft,
  command: AuthorityCommand,
): AuthorityRefusal | undefined {
  const sessionId = sessionIdOf(command);
  const before = draft.session(sessionId);
  if (before !== undefined) expire(draft, before);
  const session = draft.session(sessionId);
  const ending = session?.ending ?? draft.state.archived.get(sessionId)?.ending ?? null;
  if (ending !== null) return new Terminal(sessionId, ending.reason);
  if (command.kind === 'claim') return claim(limits, draft, session, command);
  if (session === undefined) return new SessionNotFound(sessionId);
  if (command.kind === 'commit_transfer') return commitTransfer(limits, draft, session, command);
  return decideOwned(limits, draft, session, command);
}

function presentedBy(act: AuthorityCommand): PresentedArtifact | null {
  if (act.kind === 'claim') return null;
  if ('receipt' in act) return { kind: 'receipt', receipt: act.receipt };
  if ('witness' in act) return { kind: 'readiness', witness: act.witness };
  return { kind: 'capability', capability: act.capability };
}

/** Every session that has ended goes to the archive, and what is too many there is forgotten. */
function archival(limits: OwnershipLimits, state: OwnershipState, atMs: number): OwnershipEntry[] {
  const ended = [...state.sessions.values()]
    .filter(({ ending }) => ending !== null)
    .map(({ sessionId }) => sessionId);
  const surplus = Math.max(0, state.archived.size + ended.length - limits.archivedMax);
  const forgotten = [...state.archived.keys(), ...ended].slice(0, surplus);
  return [
    ...ended.map((sessionId) => ({ kind: 'session_archived', sessionId, atMs }) as const),
    ...forgotten.map((sessionId) => ({ kind: 'session_forgotten', sessionId, atMs }) as const),
  ];
}

/** When there is more audit than may be held, half of it goes to the archive, so that this is seldom. */
function accepted(
  { auditRecordsMax }: OwnershipLimits,
  state: OwnershipState,
  entries: readonly OwnershipEntry[],
): OwnershipDecision {
  const audited = entries.filter((entry) => !isBookkeeping(entry)).length;
  const last = entries.at(-1);
  if (last === undefined || state.auditRecords.length + audited <= auditRecordsMax) {
    return { kind: 'accepted', entries };
  }
  const throughSeq = lastAuditSeq(state) + audited - Math.floor(auditRecordsMax / 2);
  return { kind: 'accepted', entries: [...entries, { kind: 'audit_archived', throughSeq, atMs: last.atMs }] };
}

function refused(refusal: OwnershipRefusal): OwnershipDecision {
  return { kind: 'refused', refusal };
}
