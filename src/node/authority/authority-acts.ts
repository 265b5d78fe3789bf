import {
  type OwnershipCapability,
  type OwnershipReceipt,
  type ReadinessWitness,
  sameCapability,
  sameReceipt,
} from '../../ownership/capability.js';
import type { CapabilityCommand } from '../../ownership/command.js';
import { grantedForMs } from '../../ownership/lease.js';
import type { OwnershipScope } from '../../ownership/scope.js';
import { type Holder, type OwnedSession } from '../../ownership/state.js';
import { standingOf as ownershipStandingOf } from '../../ownership/view.js';
import { sealCapability } from '../../remote/capability-seal.js';
import type { Milliseconds } from '../../runtime/clock.js';
import type { Shell } from '../shell.js';
import type {
  AdmittedOperation,
  Answer,
  Authority,
  ClaimRequest,
  CommitFact,
  Grant,
  LedgerStanding,
  Settlement,
} from './authority.js';
import { type AskedAct, AuthorityAct } from './authority-act.js';
import type { AuthorityRooms } from './authority-rooms.js';
import { standingOf } from './ledger-state.js';
import { pageOfOpen } from './open-page.js';

/** What an authority gives with each session. */
export interface RemoteRights {
  /** 32 bytes that it shares with the store, and with nobody else. */
  readonly secret: Uint8Array;
  /** The labels of the computations that every owner may ask for. */
  readonly computations: readonly string[];
}

const wholeSession: OwnershipScope = { kind: 'session' };

/**
 * Decides what is asked of the authority, here and now.
 *
 * A lease is told as a span, from when the call came in. Whoever asked counts it from when it began to ask, which was not later, so that
 * it always stops before the authority gives the session to anybody else. A call that comes late or again is judged as of when it
 * comes: a renewal after the end of its lease or after a takeover is refused, since its generation is over. Mutant L4.
 */
export class AuthorityActs implements Authority {
  readonly #shell: Shell;
  readonly #rooms: AuthorityRooms;
  readonly #nowMs: () => Milliseconds;
  readonly #rights: RemoteRights;

  constructor(shell: Shell, rooms: AuthorityRooms, nowMs: () => Milliseconds, rights: RemoteRights) {
    this.#shell = shell;
    this.#rooms = rooms;
    this.#nowMs = nowMs;
    this.#rights = rights;
  }

  claim(request: ClaimRequest): Promise<Answer<Grant>> {
    const requestedAtMs = this.#nowMs();
    return this.#give({
      command: (atMs) => ({ kind: 'claim', scope: wholeSession, ...request, atMs }),
      granted: () => this.#grantOf(request.sessionId, requestedAtMs),
    });
  }

  renew(capability: OwnershipCapability): Promise<Answer<{ readonly grantedForMs: Milliseconds }>> {
    const requestedAtMs = this.#nowMs();
    return this.#give({
      command: (atMs) => ({ kind: 'renew', capability, requestedAtMs, atMs }),
      granted: () => ({
        grantedForMs: grantedForMs(this.#heldBy(capability.sessionId).holder.lease, requestedAtMs),
      }),
    });
  }

  release(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#give({ command: (atMs) => ({ kind: 'release', capability, atMs }), granted: () => null });
  }

  close(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#give({ command: (atMs) => ({ kind: 'close', capability, atMs }), granted: () => null });
  }

  /** An offer that stands already is the same one. */
  beginTransfer(
    capability: OwnershipCapability,
    toOwnerId: string,
    scope: OwnershipScope,
  ): Promise<Answer<OwnershipReceipt>> {
    const { sessionId, ownerId: fromOwnerId, generation: fromGeneration } = capability;
    const offered = { sessionId, fromOwnerId, fromGeneration, toOwnerId, scope };
    return this.#give({
      command: (atMs) => {
        const standing = ownershipStandingOf(this.#rooms.ownership.state, sessionId, atMs);
        const standingOffer = standing.kind === 'owned' ? standing.pending : null;
        if (
          standing.kind === 'owned' &&
          standingOffer !== null &&
          sameCapability(standing.capability, capability) &&
          sameReceipt(standingOffer.receipt, { ...standingOffer.receipt, ...offered })
        ) {
          return null;
        }
        return { kind: 'begin_transfer', capability, toOwnerId, scope, atMs };
      },
      granted: () => {
        const { pending } = this.#heldBy(sessionId).session;
        if (pending === null) throw new NothingHeld(sessionId);
        return pending.receipt;
      },
    });
  }

  /** A commitment of the same receipt that was made already is the same one, as long as it stands. */
  commitTransfer(receipt: OwnershipReceipt, byOwnerId: string): Promise<Answer<Grant>> {
    const requestedAtMs = this.#nowMs();
    const { sessionId, toGeneration: generation, toOwnerId: ownerId, scope } = receipt;
    const taken = { sessionId, ownerId, generation, scope };
    return this.#give({
      command: (atMs) => {
        const standing = ownershipStandingOf(this.#rooms.ownership.state, sessionId, atMs);
        const isTaken =
          standing.kind === 'owned' &&
          sameCapability(standing.capability, taken) &&
          standing.origin.kind === 'transfer' &&
          standing.origin.claimId === receipt.claimId;
        return isTaken && byOwnerId === ownerId
          ? null
          : { kind: 'commit_transfer', receipt, byOwnerId, atMs };
      },
      granted: () => this.#grantOf(sessionId, requestedAtMs),
    });
  }

  rollbackTransfer(capability: OwnershipCapability, receipt: OwnershipReceipt): Promise<Answer<null>> {
    return this.#give({
      command: (atMs) => ({ kind: 'rollback_transfer', capability, receipt, atMs }),
      granted: () => null,
    });
  }

  issueReadiness(capability: OwnershipCapability, predicateRef: string): Promise<Answer<ReadinessWitness>> {
    const { sessionId } = capability;
    return this.#give({
      command: (atMs) => ({ kind: 'issue_readiness', capability, predicateRef, atMs }),
      granted: () => {
        const latest = [...this.#heldBy(sessionId).session.witnesses.values()].at(-1);
        if (latest === undefined) throw new NothingHeld(sessionId);
        return latest;
      },
    });
  }

  consumeReadiness(capability: OwnershipCapability, witness: ReadinessWitness): Promise<Answer<null>> {
    return this.#give({
      command: (atMs) => ({ kind: 'consume_readiness', capability, witness, atMs }),
      granted: () => null,
    });
  }

  admit(capability: OwnershipCapability, operation: AdmittedOperation): Promise<Answer<LedgerStanding>> {
    const { sessionId } = capability;
    const { operationId } = operation;
    return this.#give({
      command: use(capability, `admit ${operationId}`),
      ledger: { kind: 'admit', operation, sessionId },
      granted: () => standingOf(this.#rooms.ledger.state, operationId),
    });
  }

  openOperations(
    capability: OwnershipCapability,
    afterOperationId: string,
    limit: number,
  ): Promise<Answer<readonly AdmittedOperation[]>> {
    return this.#give({
      command: use(capability, 'list open operations'),
      granted: () => pageOfOpen(this.#rooms.ledger.state, capability.sessionId, afterOperationId, limit),
    });
  }

  settle(
    capability: OwnershipCapability,
    operationId: string,
    settlement: Settlement,
  ): Promise<Answer<CommitFact>> {
    const { sessionId, generation } = capability;
    return this.#give({
      command: use(capability, `settle ${operationId}`),
      ledger: { kind: 'settle', operationId, sessionId, generation, settlement },
      granted: () => {
        const standing = standingOf(this.#rooms.ledger.state, operationId);
        if (standing.kind !== 'settled') throw new NothingHeld(operationId);
        return standing.fact;
      },
    });
  }

  standing(operationId: string): Promise<LedgerStanding> {
    return this.#shell.read(() => standingOf(this.#rooms.ledger.state, operationId));
  }

  #give<Granted>(asked: AskedAct<Granted>): Promise<Answer<Granted>> {
    return new AuthorityAct(this.#rooms, this.#nowMs, asked).giveTo(this.#shell);
  }

  #grantOf(sessionId: string, requestedAtMs: Milliseconds): Grant {
    const { session, holder } = this.#heldBy(sessionId);
    const { generation } = session;
    const { ownerId, scope, lease } = holder;
    const forMs = grantedForMs(lease, requestedAtMs);
    const { secret, computations } = this.#rights;
    return {
      capability: { sessionId, ownerId, generation, scope },
      grantedForMs: forMs,
      remote: sealCapability(secret, { sessionId, generation, computations, grantedForMs: forMs }),
    };
  }

  #heldBy(sessionId: string): { readonly session: OwnedSession; readonly holder: Holder } {
    const session = this.#rooms.ownership.state.sessions.get(sessionId);
    if (session === undefined || session.holder === null) throw new NothingHeld(sessionId);
    return { session, holder: session.holder };
  }
}

function use(
  capability: OwnershipCapability,
  act: string,
): (atMs: Milliseconds) => Extract<CapabilityCommand, { kind: 'use' }> {
  return (atMs) => ({ kind: 'use', capability, act, scope: wholeSession, atMs });
}

/** A bug of the node: something was granted, and is not there. */
class NothingHeld extends Error {
  readonly code = 'AUTHORITY_NOTHING_HELD';
  override readonly name = 'NothingHeld';
  constructor(subject: string) {
    super(`nothing is held of \`${subject}\``);
  }
}
