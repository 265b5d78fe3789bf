import { auditSince } from '../../../src/ownership/audit.js';
import type {
  OwnershipCapability,
  OwnershipReceipt,
  ReadinessWitness,
} from '../../../src/ownership/capability.js';
import type {
  AuthorityCommand,
  CapabilityCommand,
  ClaimCommand,
  OwnershipCommand,
} from '../../../src/ownership/command.js';
import type { OwnershipEntry } from '../../../src/ownership/entry.js';
import type { OwnershipLimits } from '../../../src/ownership/limits.js';
import { ownershipProjection } from '../../../src/ownership/projection.js';
import type { OwnershipRefusal } from '../../../src/ownership/refusal.js';
import type { OwnershipScope } from '../../../src/ownership/scope.js';
import type { OwnershipState } from '../../../src/ownership/state.js';
import { type Standing, standingOf } from '../../../src/ownership/view.js';
import { ProjectionBench } from '../projection-bench.js';

export const ttlMs = 100;
export const transferTtlMs = 40;

const roomy: OwnershipLimits = {
  sessionsMax: 100,
  archivedMax: 100,
  auditRecordsMax: 10_000,
  witnessesMax: 10,
  leaseTtlMs: ttlMs,
  transferTtlMs,
};

/** One authority, as a node would drive it: a refusal is recorded before it is told. */
export class Authority extends ProjectionBench<
  OwnershipState,
  OwnershipCommand,
  OwnershipEntry,
  OwnershipRefusal
> {
  constructor(limits: Partial<OwnershipLimits> = {}) {
    super(ownershipProjection({ ...roomy, ...limits }));
  }

  /** Claims the next generation of a session, and gives the capability. */
  claim(changes: Partial<ClaimCommand> = {}): OwnershipCapability {
    const { sessionId = 's' } = changes;
    const known = this.state.sessions.get(sessionId);
    const generation = known === undefined ? this.state.firstGeneration : known.generation + 1;
    return capabilityIn(this.do(claim({ generation, ...changes })));
  }

  attenuate(capability: OwnershipCapability, scope: OwnershipScope, atMs = 0): OwnershipCapability {
    return capabilityIn(this.do({ kind: 'attenuate', capability, scope, atMs }));
  }

  offer(
    capability: OwnershipCapability,
    toOwnerId = 'b',
    scope = capability.scope,
    atMs = 0,
  ): OwnershipReceipt {
    const entries = this.do({ kind: 'begin_transfer', capability, toOwnerId, scope, atMs });
    const found = entries.find((entry) => entry.kind === 'receipt_issued');
    if (found === undefined) throw new Error('no receipt');
    return found.receipt;
  }

  commit(receipt: OwnershipReceipt, atMs = 0): OwnershipCapability {
    return capabilityIn(this.do({ kind: 'commit_transfer', receipt, byOwnerId: receipt.toOwnerId, atMs }));
  }

  ready(capability: OwnershipCapability, predicateRef = 'ready', atMs = 0): ReadinessWitness {
    const entries = this.do({ kind: 'issue_readiness', capability, predicateRef, atMs });
    const found = entries.find((entry) => entry.kind === 'readiness_issued');
    if (found === undefined) throw new Error('no witness');
    return found.witness;
  }

  /** The code with which a command is refused, once that is recorded; undefined when it is accepted. */
  ask(command: AuthorityCommand): string | undefined {
    const { refusal } = this.give(command);
    if (refusal === undefined) return undefined;
    this.do({ kind: 'deny', act: command });
    return refusal.code;
  }

  standing(atMs = 0, sessionId = 's'): Standing {
    return standingOf(this.state, sessionId, atMs);
  }

  /** The audit in short: artifact, event, and generation or id. */
  audit(afterSeq = 0): readonly string[] {
    return auditSince(this.state, afterSeq, 1000).records.map(({ artifact, event }) => {
      switch (artifact.kind) {
        case 'capability':
          return `${event} capability ${artifact.capability.generation}`;
        case 'receipt':
          return `${event} receipt ${artifact.receipt.claimId}`;
        case 'readiness':
          return `${event} readiness ${artifact.witness.witnessId}`;
        case 'cancellation':
          return `${event} cancellation ${artifact.witness.witnessId}`;
        case 'claim':
          return `${event} claim`;
      }
    });
  }

  /** As after a restart from a snapshot of now, perhaps with other limits. */
  restarted(limits: Partial<OwnershipLimits> = {}): Authority {
    const successor = new Authority(limits);
    successor.state = this.reread();
    return successor;
  }

  /** As after a restart from the log alone. */
  replayed(): Authority {
    const successor = new Authority();
    successor.take(this.rereadLog());
    return successor;
  }
}

function capabilityIn(entries: readonly OwnershipEntry[]): OwnershipCapability {
  const found = entries.find((entry) => entry.kind === 'capability_issued');
  if (found === undefined) throw new Error('no capability');
  return found.capability;
}

export const whole: OwnershipScope = { kind: 'session' };

export function fragments(...names: readonly string[]): OwnershipScope {
  return { kind: 'fragments', fragments: names };
}

/** A claim of the first generation of session `s` by `a`, unless said otherwise. Each owner has one request of its own. */
export function claim(changes: Partial<ClaimCommand> = {}): ClaimCommand {
  const { ownerId = 'a' } = changes;
  return {
    kind: 'claim',
    sessionId: 's',
    ownerId,
    generation: 0,
    scope: whole,
    policy: 'claimable',
    requestId: `claim of ${ownerId}`,
    atMs: 0,
    ...changes,
  };
}

export function use(
  capability: OwnershipCapability,
  atMs = 0,
  scope: OwnershipScope = whole,
): CapabilityCommand {
  return { kind: 'use', capability, act: 'commit', scope, atMs };
}

export function renew(
  capability: OwnershipCapability,
  atMs: number,
  requestedAtMs: number = atMs,
): CapabilityCommand {
  return { kind: 'renew', capability, requestedAtMs, atMs };
}

export function release(capability: OwnershipCapability, atMs = 0): CapabilityCommand {
  return { kind: 'release', capability, atMs };
}

export function close(capability: OwnershipCapability, atMs = 0): CapabilityCommand {
  return { kind: 'close', capability, atMs };
}

export function consume(
  capability: OwnershipCapability,
  witness: ReadinessWitness,
  atMs = 0,
): CapabilityCommand {
  return { kind: 'consume_readiness', capability, witness, atMs };
}

export const expireDue = (atMs: number): OwnershipCommand => ({ kind: 'expire_due', atMs });
export const reap = (atMs = 0): OwnershipCommand => ({ kind: 'reap', atMs });
