import type {
  AdmittedOperation,
  Answer,
  Authority,
  CommitFact,
  Grant,
  LedgerStanding,
} from '../../../../src/node/authority/authority.js';
import { RequestTimedOut } from '../../../../src/requests/ask.js';
import type { OwnershipCapability, OwnershipReceipt } from '../../../../src/ownership/capability.js';
import type { OwnerLossPolicy } from '../../../../src/ownership/ending.js';
import type { Clock } from '../../../../src/runtime/clock.js';

interface Session {
  generation: number;
  owner: string | null;
  requestId: string;
  endsAtMs: number;
  policy: OwnerLossPolicy;
  receipt: OwnershipReceipt | null;
  /** By which its owner came. */
  taken?: OwnershipReceipt;
}

const scope = { kind: 'session' } as const;

function refused(code: string, currentOwnerId: string | null = null, live: number | null = null) {
  const refusal = { code, message: code, currentOwnerId, liveGeneration: live };
  return { kind: 'refused', refusal } as const;
}

function granted<Granted>(value: Granted): { readonly kind: 'granted'; readonly granted: Granted } {
  return { kind: 'granted', granted: value };
}

/** The authority as its interface says, in memory: whom it grants what, and what became of each operation. */
export class FakeAuthority {
  readonly sessions = new Map<string, Session>();
  readonly admitted = new Map<string, AdmittedOperation>();
  readonly settled = new Map<string, CommitFact>();
  /** What was asked, in order. */
  readonly asked: string[] = [];
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #ttlMs: number;

  constructor(clock: Pick<Clock, 'monotonicMs'>, ttlMs = 1000) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  /** The authority as one node reaches it. */
  client(clock: Clock): Line {
    return new Line(this, clock);
  }

  /** Who may act for a session now. */
  ownerOf(sessionId: string): string | null {
    return this.#session(sessionId)?.owner ?? null;
  }

  claim(request: Parameters<Authority['claim']>[0]): Answer<Grant> {
    const { sessionId, ownerId, generation, requestId, policy } = request;
    const known = this.#session(sessionId);
    if (known?.policy === 'fail_closed' && known.owner === null && known.requestId === 'lost') {
      return refused('OWNERSHIP_TERMINAL');
    }
    if (known?.owner === ownerId && known.requestId === requestId && known.generation === generation)
      return granted(this.#grant(sessionId, known));
    if (known !== undefined && known.owner !== null) {
      return refused('OWNERSHIP_ALREADY_CLAIMED', known.owner, known.generation);
    }
    if (known !== undefined && generation !== known.generation + 1) {
      return refused('OWNERSHIP_CLAIM_SPENT', null, known.generation);
    }
    const session: Session = {
      generation,
      owner: ownerId,
      requestId,
      endsAtMs: this.#clock.monotonicMs() + this.#ttlMs,
      policy,
      receipt: null,
    };
    this.sessions.set(sessionId, session);
    return granted(this.#grant(sessionId, session));
  }

  renew(
    capability: OwnershipCapability,
  ): ReturnType<Authority['renew']> extends Promise<infer T> ? T : never {
    const session = this.#held(capability);
    if (session === undefined) return this.#fence(capability);
    session.endsAtMs = this.#clock.monotonicMs() + this.#ttlMs;
    return granted({ grantedForMs: this.#ttlMs });
  }

  release(capability: OwnershipCapability): Answer<null> {
    const session = this.#held(capability);
    if (session === undefined) return this.#fence(capability);
    session.owner = null;
    return granted(null);
  }

  beginTransfer(capability: OwnershipCapability, toOwnerId: string): Answer<OwnershipReceipt> {
    const session = this.#held(capability);
    if (session === undefined) return this.#fence(capability);
    if (session.receipt !== null) return refused('OWNERSHIP_TRANSFER_PENDING');
    const { sessionId, ownerId: fromOwnerId, generation } = capability;
    session.receipt = {
      sessionId,
      claimId: generation + 1,
      fromOwnerId,
      fromGeneration: generation,
      toOwnerId,
      toGeneration: generation + 1,
      scope,
    };
    return granted(session.receipt);
  }

  commitTransfer(receipt: OwnershipReceipt, byOwnerId: string): Answer<Grant> {
    const session = this.#session(receipt.sessionId);
    if (session?.taken?.claimId === receipt.claimId && session.owner === byOwnerId) {
      return granted(this.#grant(receipt.sessionId, session));
    }
    if (session?.receipt?.claimId !== receipt.claimId || receipt.toOwnerId !== byOwnerId) {
      return refused('OWNERSHIP_RECEIPT_MISMATCH');
    }
    session.taken = session.receipt;
    session.receipt = null;
    session.owner = byOwnerId;
    session.generation = receipt.toGeneration;
    session.endsAtMs = this.#clock.monotonicMs() + this.#ttlMs;
    return granted(this.#grant(receipt.sessionId, session));
  }

  rollbackTransfer(capability: OwnershipCapability): Answer<null> {
    const session = this.#held(capability);
    if (session === undefined) return this.#fence(capability);
    session.receipt = null;
    return granted(null);
  }

  admit(capability: OwnershipCapability, operation: AdmittedOperation): Answer<LedgerStanding> {
    const session = this.#held(capability);
    if (session === undefined) return this.#fence(capability);
    if (session.receipt !== null) return refused('OWNERSHIP_TRANSFER_PENDING');
    const known = this.admitted.get(operation.operationId);
    if (known === undefined) this.admitted.set(operation.operationId, operation);
    else if (known.sessionId !== operation.sessionId || known.inputDigest !== operation.inputDigest) {
      return refused('LEDGER_CONFLICT');
    }
    return granted(this.standing(operation.operationId));
  }

  openOperations(
    capability: OwnershipCapability,
    after: string,
    limit: number,
  ): Answer<readonly AdmittedOperation[]> {
    if (this.#held(capability) === undefined) return this.#fence(capability);
    const open = [...this.admitted.values()]
      .filter(({ sessionId }) => sessionId === capability.sessionId)
      .filter(({ operationId }) => !this.settled.has(operationId) && operationId > after)
      .sort((one, other) => (one.operationId < other.operationId ? -1 : 1));
    return granted(open.slice(0, limit));
  }

  settle(
    capability: OwnershipCapability,
    operationId: string,
    settlement: CommitFact['settlement'],
  ): Answer<CommitFact> {
    const session = this.#held(capability);
    if (session === undefined) return this.#fence(capability);
    if (session.receipt !== null) return refused('OWNERSHIP_TRANSFER_PENDING');
    const { sessionId, generation } = capability;
    const fact = this.settled.get(operationId) ?? { operationId, sessionId, generation, settlement };
    this.settled.set(operationId, fact);
    return granted(fact);
  }

  standing(operationId: string): LedgerStanding {
    const operation = this.admitted.get(operationId);
    if (operation !== undefined) this.#session(operation.sessionId);
    const fact = this.settled.get(operationId);
    if (fact !== undefined) return { kind: 'settled', fact };
    return operation === undefined ? { kind: 'unknown' } : { kind: 'open', operation };
  }

  /** The session as time has left it. */
  #session(sessionId: string): Session | undefined {
    const session = this.sessions.get(sessionId);
    if (session === undefined || session.owner === null) return session;
    if (this.#clock.monotonicMs() < session.endsAtMs) return session;
    session.owner = null;
    session.receipt = null;
    session.requestId = 'lost';
    if (session.policy === 'claimable') return session;
    for (const { operationId, sessionId: of } of this.admitted.values()) {
      if (of !== sessionId || this.settled.has(operationId)) continue;
      const settlement = { outcome: 'aborted', reason: 'owner lost' } as const;
      this.settled.set(operationId, { operationId, sessionId, generation: session.generation, settlement });
    }
    return session;
  }

  #held({ sessionId, ownerId, generation }: OwnershipCapability): Session | undefined {
    const session = this.#session(sessionId);
    return session?.owner === ownerId && session.generation === generation ? session : undefined;
  }

  #fence({ sessionId }: OwnershipCapability) {
    const session = this.#session(sessionId);
    return refused('OWNERSHIP_FENCED', session?.owner ?? null, session?.generation ?? null);
  }

  #grant(sessionId: string, { owner, generation, endsAtMs }: Session): Grant {
    const grantedForMs = endsAtMs - this.#clock.monotonicMs();
    return {
      capability: { sessionId, ownerId: owner ?? '', generation, scope },
      grantedForMs,
      remote: { sessionId, generation, computations: ['255:pay'], grantedForMs, seal: '' },
    };
  }
}

/** How one node reaches the authority: it takes a while, and may be cut. */
export class Line implements Authority {
  /** Whether nothing gets through. */
  isCut = false;
  /** Whether what is asked arrives, and no answer does. */
  isDeaf = false;
  readonly #to: FakeAuthority;
  readonly #clock: Clock;

  constructor(to: FakeAuthority, clock: Clock) {
    this.#to = to;
    this.#clock = clock;
  }

  claim(request: Parameters<Authority['claim']>[0]): Promise<Answer<Grant>> {
    return this.#carry(`claim ${request.sessionId} ${request.ownerId}`, () => this.#to.claim(request));
  }

  renew(capability: OwnershipCapability): ReturnType<Authority['renew']> {
    return this.#carry(`renew ${capability.sessionId}`, () => this.#to.renew(capability));
  }

  release(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#carry(`release ${capability.sessionId}`, () => this.#to.release(capability));
  }

  close(): Promise<Answer<null>> {
    return Promise.reject(new Error('not asked for'));
  }

  beginTransfer(capability: OwnershipCapability, toOwnerId: string): Promise<Answer<OwnershipReceipt>> {
    return this.#carry(`offer ${capability.sessionId}`, () => this.#to.beginTransfer(capability, toOwnerId));
  }

  commitTransfer(receipt: OwnershipReceipt, byOwnerId: string): Promise<Answer<Grant>> {
    return this.#carry(`take ${receipt.sessionId}`, () => this.#to.commitTransfer(receipt, byOwnerId));
  }

  rollbackTransfer(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#carry(`rollback ${capability.sessionId}`, () => this.#to.rollbackTransfer(capability));
  }

  issueReadiness(): ReturnType<Authority['issueReadiness']> {
    return Promise.reject(new Error('not asked for'));
  }

  consumeReadiness(): ReturnType<Authority['consumeReadiness']> {
    return Promise.reject(new Error('not asked for'));
  }

  admit(capability: OwnershipCapability, operation: AdmittedOperation): Promise<Answer<LedgerStanding>> {
    return this.#carry(`admit ${operation.operationId}`, () => this.#to.admit(capability, operation));
  }

  openOperations(
    capability: OwnershipCapability,
    after: string,
    limit: number,
  ): Promise<Answer<readonly AdmittedOperation[]>> {
    return this.#carry(`list ${capability.sessionId}`, () =>
      this.#to.openOperations(capability, after, limit),
    );
  }

  settle(
    capability: OwnershipCapability,
    operationId: string,
    settlement: CommitFact['settlement'],
  ): Promise<Answer<CommitFact>> {
    return this.#carry(`settle ${operationId}`, () => this.#to.settle(capability, operationId, settlement));
  }

  standing(operationId: string): Promise<LedgerStanding> {
    return this.#carry(`standing ${operationId}`, () => this.#to.standing(operationId));
  }

  async #carry<T>(what: string, ask: () => T): Promise<T> {
    if (this.isCut) return this.#unanswered();
    await this.#clock.sleep(5);
    this.#to.asked.push(what);
    const answer = ask();
    if (this.isDeaf) return this.#unanswered();
    await this.#clock.sleep(5);
    return answer;
  }

  async #unanswered(): Promise<never> {
    await this.#clock.sleep(200);
    throw new RequestTimedOut('authority', 200);
  }
}
