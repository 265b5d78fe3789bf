import * as fc from 'fast-check';
import type {
  AuthorityCommand,
  CapabilityCommand,
  DenyCommand,
  OwnershipCommand,
} from '../../../src/ownership/command.js';
import type { OwnershipScope } from '../../../src/ownership/scope.js';
import { type Authority, fragments, whole } from './fixtures.js';

const kinds = [
  'claim',
  'claim',
  'claim',
  'renew',
  'renew',
  'use',
  'use',
  'release',
  'close',
  'attenuate',
  'begin_transfer',
  'begin_transfer',
  'commit_transfer',
  'commit_transfer',
  'rollback_transfer',
  'abandon_transfer',
  'fail_transfer',
  'issue_readiness',
  'issue_readiness',
  'consume_readiness',
  'consume_readiness',
  'expire_due',
  'reap',
  'reap',
] as const;

const scopes: readonly OwnershipScope[] = [
  whole,
  whole,
  whole,
  fragments('x', 'y'),
  fragments('x'),
  fragments('y'),
];

/** What somebody is about to ask, before it is known what there is to show. */
export interface Intent {
  readonly kind: (typeof kinds)[number];
  readonly sessionId: string;
  readonly ownerId: string;
  readonly scope: OwnershipScope;
  readonly policy: 'claimable' | 'fail_closed';
  /** Which one of what was issued for the session is shown, counted from the latest. */
  readonly age: number;
  readonly witnessAge: number;
  readonly isForged: boolean;
  readonly stepMs: number;
  readonly delayMs: number;
}

/** Few sessions and owners, and a clock that mostly goes on, so that the same authority is met again and again. */
export const arbitraryIntent: fc.Arbitrary<Intent> = fc.record({
  kind: fc.constantFrom(...kinds),
  sessionId: fc.constantFrom('s', 's', 's', 's', 't', 'u'),
  ownerId: fc.constantFrom('a', 'b', 'c'),
  scope: fc.constantFrom(...scopes),
  policy: fc.nat(11).map((chance) => (chance === 0 ? 'fail_closed' : 'claimable')),
  age: fc.constantFrom(0, 0, 0, 0, 0, 1, 2),
  witnessAge: fc.constantFrom(0, 0, 1),
  isForged: fc.nat(11).map((chance) => chance === 0),
  stepMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 19, 20, 40, 100, -30),
  delayMs: fc.constantFrom(0, 0, 10),
});

/** The command that an intent comes to, given what was issued; undefined when there is nothing to show. */
export function commandOf(
  intent: Intent,
  authority: Authority,
  nowMs: number,
): Exclude<OwnershipCommand, DenyCommand> | undefined {
  const { kind, sessionId, ownerId, scope, policy, isForged, delayMs } = intent;
  const atMs = Math.max(0, nowMs + intent.stepMs);
  if (kind === 'expire_due' || kind === 'reap') return { kind, atMs };
  if (kind === 'claim') {
    const requestId = isForged ? 'new' : `of ${ownerId}`;
    const { sessions, firstGeneration } = authority.state;
    const next = (sessions.get(sessionId)?.generation ?? firstGeneration - 1) + 1;
    // Some claim what is held, as one that comes again does, or what is over; few are ahead of time.
    const generation = Math.max(0, next - intent.age + (isForged ? 1 : 0));
    return { kind, sessionId, ownerId, generation, scope, policy, requestId, atMs };
  }
  const capability = authority.log
    .flatMap((entry) => (entry.kind === 'capability_issued' ? [entry.capability] : []))
    .filter((issued) => issued.sessionId === sessionId)
    .at(-1 - intent.age);
  const receipt = authority.log
    .flatMap((entry) => (entry.kind === 'receipt_issued' ? [entry.receipt] : []))
    .filter((issued) => issued.sessionId === sessionId)
    .at(-1 - intent.witnessAge);
  const witness = authority.log
    .flatMap((entry) => (entry.kind === 'readiness_issued' ? [entry.witness] : []))
    .filter((issued) => issued.sessionId === sessionId)
    .at(-1 - intent.witnessAge);
  const forge = isForged ? { ownerId: 'x' } : {};
  if (kind === 'commit_transfer') {
    if (receipt === undefined) return undefined;
    return { kind, receipt, byOwnerId: isForged ? 'x' : receipt.toOwnerId, atMs };
  }
  if (capability === undefined) return undefined;
  const base = { capability: { ...capability, ...forge }, atMs };
  switch (kind) {
    case 'renew':
      return { kind, requestedAtMs: Math.max(0, atMs - delayMs), ...base };
    case 'use':
      return { kind, act: 'act', scope, ...base };
    case 'release':
    case 'close':
      return { kind, ...base };
    case 'attenuate':
      return { kind, scope, ...base };
    case 'begin_transfer':
      return { kind, toOwnerId: ownerId, scope, ...base };
    case 'rollback_transfer':
    case 'abandon_transfer':
      return receipt === undefined ? undefined : { kind, receipt, ...base };
    case 'fail_transfer':
      return receipt === undefined ? undefined : { kind, receipt, reason: 'failed', ...base };
    case 'issue_readiness':
      return { kind, predicateRef: `p of ${ownerId}`, ...base };
    case 'consume_readiness': {
      if (witness === undefined) return undefined;
      const shown = delayMs > 0 && isForged ? { ...witness, predicateRef: 'forged' } : witness;
      return { kind, witness: shown, capability, atMs };
    }
  }
}

export function needsAuthority(command: OwnershipCommand): command is AuthorityCommand {
  return command.kind !== 'deny' && command.kind !== 'expire_due' && command.kind !== 'reap';
}

export function showsCapability(command: AuthorityCommand): command is CapabilityCommand {
  return command.kind !== 'claim' && command.kind !== 'commit_transfer';
}
