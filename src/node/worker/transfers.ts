import type { OwnershipReceipt } from '../../ownership/capability.js';
import type { Milliseconds } from '../../runtime/clock.js';
import { SleepAborted } from '../../runtime/clock.js';
import type { Ports } from '../../runtime/ports.js';
import type { Authority } from '../authority/authority.js';
import { SessionLost } from './fleet-refusal.js';
import { workerNameOf } from './lives.js';
import type { Peers } from './peers.js';
import { pauseMs, unlessUnanswered } from './persistence.js';
import type { SessionActs } from './session-acts.js';
import type { SessionDuties } from './session-duties.js';
import type { SessionHolder } from './session-holder.js';
import type { WorkerSagas } from './worker-sagas.js';

/** What came of an offer. */
export type TransferEnd =
  /** The target owns the session. */
  | { readonly kind: 'transferred' }
  /** This worker goes on with it: the target did not come, or did not want it. */
  | { readonly kind: 'kept'; readonly reason: string }
  /** This worker does not own the session any more, and does not know whether the target does. */
  | { readonly kind: 'lost' };

/** How often a target asks the authority for what it was offered, before it leaves it to whoever offers to ask again. */
const takesMax = 3;

/**
 * Hands a session from one worker to another, with what is open of it. Nothing is done for it while it is offered: whoever stops first and
 * offers then can never act beside its successor.
 */
export class Transfers {
  readonly #ports: Ports;
  readonly #authority: Authority;
  readonly #ownerId: string;
  readonly #peers: Peers | undefined;
  readonly #acts: SessionActs;
  readonly #holder: SessionHolder;
  readonly #duties: SessionDuties;
  readonly #sagas: WorkerSagas;

  constructor(options: {
    readonly ports: Ports;
    readonly authority: Authority;
    readonly ownerId: string;
    readonly peers: Peers | undefined;
    readonly acts: SessionActs;
    readonly holder: SessionHolder;
    readonly duties: SessionDuties;
    readonly sagas: WorkerSagas;
  }) {
    this.#ports = options.ports;
    this.#authority = options.authority;
    this.#ownerId = options.ownerId;
    this.#peers = options.peers;
    this.#acts = options.acts;
    this.#holder = options.holder;
    this.#duties = options.duties;
    this.#sagas = options.sagas;
  }

  /**
   * Offers a session that is owned here to one life of another worker, and takes it back when that does not come.
   *
   * @param patienceMs - For so long the target is asked.
   */
  async offer(sessionId: string, toOwnerId: string, patienceMs: Milliseconds): Promise<TransferEnd> {
    if (!this.#duties.isOwned(sessionId)) return { kind: 'lost' };
    // Only this log knows of it, and nobody else could undo what it has done.
    if (this.#sagas.isOpenIn(sessionId)) return { kind: 'kept', reason: 'WORKER_SAGA_OPEN' };
    await this.#duties.suspend(sessionId);
    try {
      return await this.#offer(sessionId, toOwnerId, patienceMs);
    } catch (error) {
      if (error instanceof SessionLost) return { kind: 'lost' };
      throw error;
    } finally {
      this.#duties.resume(sessionId);
    }
  }

  /** Takes what was offered. Answers with the code of the refusal, or with nothing. */
  async take(receipt: OwnershipReceipt): Promise<string> {
    const { sessionId, toGeneration, toOwnerId } = receipt;
    if (toOwnerId !== this.#ownerId) return 'OWNERSHIP_NOT_THE_TARGET';
    // Whoever offers has not heard that it was taken.
    if (this.#holder.mayAct(sessionId)?.generation === toGeneration) return '';
    for (let tries = 1; ; tries += 1) {
      const requestedAtMs = this.#ports.clock.monotonicMs();
      const answer = await unlessUnanswered(this.#authority.commitTransfer(receipt, this.#ownerId));
      if (answer?.kind === 'refused') return answer.refusal.code;
      if (answer !== undefined) {
        this.#holder.hold(answer.granted, requestedAtMs);
        this.#duties.takeUp(sessionId);
        return '';
      }
      // Who offers asks again, or takes it back.
      if (tries === takesMax) throw new SessionLost(sessionId);
    }
  }

  async #offer(sessionId: string, toOwnerId: string, patienceMs: Milliseconds): Promise<TransferEnd> {
    const scope = { kind: 'session' } as const;
    const offered = await this.#acts.ask(sessionId, null, (capability) =>
      this.#authority.beginTransfer(capability, toOwnerId, scope),
    );
    if (offered.kind === 'refused') return { kind: 'kept', reason: offered.refusal.code };
    const receipt = offered.granted;
    const endMs = this.#ports.clock.monotonicMs() + patienceMs;
    for (let tries = 1; this.#ports.clock.monotonicMs() < endMs; tries += 1) {
      const answer = await this.#peers?.ask(workerNameOf(toOwnerId), { kind: 'offer', receipt });
      if (answer?.label === 'settled' && answer.code === '') return this.#gone(receipt);
      if (answer?.label === 'settled') return this.#takeBack(sessionId, receipt, answer.code);
      await this.#pause(sessionId, tries);
    }
    return this.#takeBack(sessionId, receipt, 'WORKER_TARGET_SILENT');
  }

  #gone({ sessionId, fromGeneration }: OwnershipReceipt): TransferEnd {
    const capability = this.#holder.mayAct(sessionId);
    // It may have come back by now, or have been offered to this very worker.
    if (capability?.generation === fromGeneration) this.#holder.lose(capability, 'transferred');
    return { kind: 'transferred' };
  }

  /** The authority knows whether the target was faster. */
  async #takeBack(sessionId: string, receipt: OwnershipReceipt, reason: string): Promise<TransferEnd> {
    await this.#acts.ask(sessionId, null, (capability) =>
      this.#authority.rollbackTransfer(capability, receipt),
    );
    // Taken back, or over by itself: what it was not is taken, since the capability is good.
    return { kind: 'kept', reason };
  }

  async #pause(sessionId: string, tries: number): Promise<void> {
    const { clock, entropy } = this.#ports;
    try {
      await clock.sleep(pauseMs(entropy, tries), this.#holder.lostSignal(sessionId));
    } catch (error) {
      throw error instanceof SleepAborted ? new SessionLost(sessionId) : error;
    }
  }
}
