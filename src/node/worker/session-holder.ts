import type { OwnershipCapability } from '../../ownership/capability.js';
import type { OwnerLossPolicy } from '../../ownership/ending.js';
import type { HeldLease } from '../../ownership/lease.js';
import type { RemoteGrant } from '../../remote/executor.js';
import { LeaseHandle } from '../../remote/lease-handle.js';
import type { RemoteCapability } from '../../remote/remote-capability.js';
import { type Milliseconds, SleepAborted } from '../../runtime/clock.js';
import type { Ports } from '../../runtime/ports.js';
import type { Answer, Authority, Grant } from '../authority/authority.js';
import { awaitedByMany } from '../awaited-by-many.js';
import { claimNext } from '../authority/claim-next.js';
import { pauseMs, persist, unlessUnanswered } from './persistence.js';

/** What a holder has to know besides the ports. */
export interface HolderOptions {
  readonly authority: Authority;
  /** Of this life of the worker. */
  readonly ownerId: string;
  /** How long before the end of a lease nothing begins any more. See `ownership/lease.ts`. */
  readonly leaseMarginMs: Milliseconds;
  readonly policyOf: (sessionId: string) => OwnerLossPolicy;
  /** Whether anything is to be done for a session. One that is not needed is given back instead of renewed. */
  readonly isNeeded: (sessionId: string) => boolean;
  /** The session is held no more: whatever is done for it stops on the spot. */
  readonly onLost: (sessionId: string) => void;
}

/** One ownership of one session, from its grant to its loss. */
interface Tenure {
  readonly capability: OwnershipCapability;
  readonly remote: RemoteCapability;
  readonly lease: LeaseHandle;
  /** Of the lease that is held: when it was asked for, and for how long it was granted then. */
  held: HeldLease;
  /** Aborts when it is lost. */
  readonly over: AbortController;
}

/** What a probe is told of the lease that was won or lost last. */
export const leaseStates = ['held', 'lost'] as const;

/**
 * The sessions that this life of a worker may act for, and until when: by its own monotonic clock, from when each lease was asked for, less
 * a margin. Volatile: a restart holds nothing. Design 3, points 2 and 9.
 */
export class SessionHolder {
  readonly #ports: Ports;
  readonly #options: HolderOptions;
  readonly #tenures = new Map<string, Tenure>();
  readonly #claims = new Map<string, Promise<Answer<OwnershipCapability>>>();
  readonly #closing = awaitedByMany();
  #claimCount = 0;

  constructor(ports: Ports, options: HolderOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** The capability, as long as anything may be begun under it; to be asked anew after every wait. */
  mayAct(sessionId: string): OwnershipCapability | undefined {
    const tenure = this.#tenures.get(sessionId);
    return tenure !== undefined && this.#isLive(tenure) ? tenure.capability : undefined;
  }

  /** What may be done at the store for a session, as long as it is held. */
  remoteGrant(sessionId: string): RemoteGrant | undefined {
    const tenure = this.#tenures.get(sessionId);
    if (tenure === undefined || !this.#isLive(tenure)) return undefined;
    return { capability: tenure.remote, lease: tenure.lease };
  }

  /** Aborts when the session is lost; at once when it is not held. */
  lostSignal(sessionId: string): AbortSignal {
    return this.#tenures.get(sessionId)?.over.signal ?? AbortSignal.abort();
  }

  /** Takes a session, unless it is held. Asked twice at once, it is asked for once. Rejects with SleepAborted when the holder closes. */
  claim(sessionId: string): Promise<Answer<OwnershipCapability>> {
    const granted = this.mayAct(sessionId);
    if (granted !== undefined) return Promise.resolve({ kind: 'granted', granted });
    const pending = this.#claims.get(sessionId);
    if (pending !== undefined) return pending;
    const claim = this.#claim(sessionId).finally(() => this.#claims.delete(sessionId));
    this.#claims.set(sessionId, claim);
    return claim;
  }

  /** The authority, or whoever guards what is done for a session, has refused this generation. */
  lose({ sessionId, generation }: OwnershipCapability, reason: string): void {
    const tenure = this.#tenures.get(sessionId);
    if (tenure?.capability.generation === generation) this.#lose(tenure, reason);
  }

  /** Gives a session back. Nothing is done for it any more by then; whether the authority hears of it matters only to how soon it is free. */
  async release(sessionId: string): Promise<void> {
    const tenure = this.#tenures.get(sessionId);
    if (tenure === undefined) return;
    this.#lose(tenure, 'released');
    await unlessUnanswered(this.#options.authority.release(tenure.capability));
  }

  /** Holds what a transfer has brought. @param requestedAtMs - When it was asked for, by the monotonic clock. */
  hold({ capability, remote, grantedForMs }: Grant, requestedAtMs: Milliseconds): boolean {
    const { leaseMarginMs: marginMs } = this.#options;
    const held = { requestedAtMonotonicMs: requestedAtMs, grantedForMs, marginMs };
    const lease = new LeaseHandle(this.#ports.clock, held);
    const tenure = { capability, remote, lease, held, over: awaitedByMany() };
    // It came so late that nothing may begin under it. It ends by itself.
    if (this.#closing.signal.aborted || !lease.isLive()) return false;
    const before = this.#tenures.get(capability.sessionId);
    if (before !== undefined && this.#isLive(before)) {
      const ahead = before.capability.generation - capability.generation;
      // Whoever asks twice at once is granted twice: the first grant is minded, and no other.
      if (ahead >= 0) return ahead === 0;
      this.#lose(before, 'succeeded');
    }
    this.#tenures.set(capability.sessionId, tenure);
    this.#tellLease(tenure);
    this.#mind(tenure, this.#expire(tenure));
    this.#mind(tenure, this.#renew(tenure));
    return true;
  }

  /** Gives everything back. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#tenures.keys()].map((sessionId) => this.release(sessionId)));
  }

  /** This life is over: nothing is done any more, and nobody is told. */
  abandon(): void {
    this.#closing.abort();
    for (const tenure of this.#tenures.values()) tenure.over.abort();
    this.#tenures.clear();
  }

  async #claim(sessionId: string): Promise<Answer<OwnershipCapability>> {
    const { authority, ownerId, policyOf } = this.#options;
    this.#claimCount += 1;
    const request = {
      sessionId,
      ownerId,
      policy: policyOf(sessionId),
      requestId: `${ownerId}:${this.#claimCount}`,
    };
    let requestedAtMs = 0;
    const answer = await claimNext((generation) =>
      persist(this.#ports, this.#closing.signal, () => {
        requestedAtMs = this.#nowMs();
        return authority.claim({ ...request, generation });
      }),
    );
    if (answer.kind === 'refused') {
      // It may have been handed over to this worker while it was asked for.
      const held = this.mayAct(sessionId);
      return held === undefined ? answer : { kind: 'granted', granted: held };
    }
    const { granted } = answer;
    if (this.hold(granted, requestedAtMs)) return { kind: 'granted', granted: granted.capability };
    const refusal = {
      code: 'WORKER_LEASE_LATE',
      message: `the lease of \`${sessionId}\` was over when it came`,
      currentOwnerId: ownerId,
      liveGeneration: granted.capability.generation,
    };
    return { kind: 'refused', refusal };
  }

  /** Watches the end of the lease, which is put off by each renewal. */
  async #expire(tenure: Tenure): Promise<void> {
    while (this.#isLive(tenure)) {
      await this.#ports.clock.sleep(tenure.lease.endMs - this.#nowMs(), tenure.over.signal);
    }
  }

  async #renew(tenure: Tenure): Promise<void> {
    const { clock, entropy } = this.#ports;
    const { authority, isNeeded, leaseMarginMs } = this.#options;
    const { capability } = tenure;
    const { signal } = tenure.over;
    for (let tries = 0; ;) {
      const { requestedAtMonotonicMs, grantedForMs } = tenure.held;
      const dueMs = requestedAtMonotonicMs + Math.floor((grantedForMs - leaseMarginMs) / 3);
      const delayMs = tries === 0 ? Math.max(0, dueMs - this.#nowMs()) : pauseMs(entropy, tries);
      await clock.sleep(delayMs, signal);
      if (!this.#isLive(tenure)) return;
      if (!isNeeded(capability.sessionId)) return this.release(capability.sessionId);
      const requestedAtMs = this.#nowMs();
      tries += 1;
      const answer = await unlessUnanswered(authority.renew(capability));
      if (answer?.kind === 'refused') return this.#lose(tenure, answer.refusal.code);
      const renewed = { ...tenure.held, requestedAtMonotonicMs: requestedAtMs, ...answer?.granted };
      // What has ended meanwhile stays ended, whatever the answer says: mutant L4.
      if (!this.#isLive(tenure)) return;
      if (answer === undefined) continue;
      if (!tenure.lease.renew(renewed)) return;
      tries = 0;
      tenure.held = renewed;
      this.#tellLease(tenure);
    }
  }

  #mind(tenure: Tenure, task: Promise<void>): void {
    task.catch((error: unknown) => {
      // It was lost, and is minded no more.
      if (error instanceof SleepAborted) return;
      this.#lose(tenure, String(error));
    });
  }

  /** Whether the tenure is not over. Notices its end, if nobody else has. */
  #isLive(tenure: Tenure): boolean {
    if (tenure.over.signal.aborted) return false;
    if (tenure.lease.isLive()) return true;
    this.#lose(tenure, 'expired');
    return false;
  }

  #lose(tenure: Tenure, reason: string): void {
    const { sessionId: session, generation } = tenure.capability;
    if (tenure.over.signal.aborted) return;
    tenure.over.abort();
    if (this.#tenures.get(session) === tenure) this.#tenures.delete(session);
    this.#ports.probe.event('worker.lost', { session, generation, reason });
    this.#ports.probe.label('leases', 'lost');
    this.#options.onLost(session);
  }

  #tellLease({ capability, lease }: Tenure): void {
    const { sessionId: session, generation } = capability;
    this.#ports.probe.event('worker.lease', { session, generation, untilMs: lease.endMs });
    this.#ports.probe.label('leases', 'held');
  }

  #nowMs(): Milliseconds {
    return this.#ports.clock.monotonicMs();
  }
}
