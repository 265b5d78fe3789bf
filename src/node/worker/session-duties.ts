import type { OwnershipCapability } from '../../ownership/capability.js';
import { SleepAborted } from '../../runtime/clock.js';
import type { Ports } from '../../runtime/ports.js';
import { payloadOf } from '../../steps/payload.js';
import type { AdmittedOperation, Answer, Authority } from '../authority/authority.js';
import { awaitedByMany } from '../awaited-by-many.js';
import { NodeStopped } from '../errors.js';
import type { Subordinate } from '../superior.js';
import { NotAdmitted, SessionLost } from './fleet-refusal.js';
import { pauseMs, persist, unlessUnanswered } from './persistence.js';
import type { SessionActs } from './session-acts.js';
import type { SessionHolder } from './session-holder.js';
import type { Settling } from './settling.js';
import type { WorkerSagas } from './worker-sagas.js';

/** Operations are asked for in pages of so many. */
const pageSize = 64;
/** What nothing can be done about right now is tried again as seldom as after so many tries. */
const patientTries = 6;

/**
 * What a worker does about the sessions of its operations: runs those that it owns, follows all others until they are settled, and takes
 * over a session whose owner is lost.
 */
export class SessionDuties {
  readonly #ports: Ports;
  readonly #authority: Authority;
  readonly #holder: SessionHolder;
  readonly #acts: SessionActs;
  readonly #settling: Settling;
  readonly #node: Subordinate;
  readonly #sagas: WorkerSagas;
  readonly #owning = new Map<string, Promise<Answer<OwnershipCapability>>>();
  /** The generation of which it is known here what is open, by session. */
  readonly #taken = new Map<string, number>();
  readonly #followed = new Set<string>();
  /**
   * By session: operations that were open when it was last owned, and for which there was no room. It is not kept for them, since whoever has room
   * may need it (bulkhead-burst 2003655); it is asked for again until they have ended.
   */
  readonly #putOff = new Map<string, Set<string>>();
  /** Held, and offered to another one: nothing is done for them. */
  readonly #suspended = new Set<string>();
  readonly #stopping = awaitedByMany();

  constructor(options: {
    readonly ports: Ports;
    readonly authority: Authority;
    readonly holder: SessionHolder;
    readonly acts: SessionActs;
    readonly settling: Settling;
    readonly node: Subordinate;
    readonly sagas: WorkerSagas;
  }) {
    this.#ports = options.ports;
    this.#authority = options.authority;
    this.#holder = options.holder;
    this.#acts = options.acts;
    this.#settling = options.settling;
    this.#node = options.node;
    this.#sagas = options.sagas;
  }

  /** Whether the session is held, and what is open of it is known here. */
  isOwned(sessionId: string): boolean {
    const capability = this.#holder.mayAct(sessionId);
    if (capability === undefined || this.#suspended.has(sessionId)) return false;
    return this.#taken.get(sessionId) === capability.generation;
  }

  /** Takes a session and what is open of it, unless it is owned. Rejects when the worker closes. */
  own(sessionId: string): Promise<Answer<OwnershipCapability>> {
    if (this.#stopping.signal.aborted) return Promise.reject(new NodeStopped('closed'));
    const pending = this.#owning.get(sessionId);
    if (pending !== undefined) return pending;
    const owning = this.#own(sessionId).finally(() => {
      this.#owning.delete(sessionId);
      // It may have registered what is open before it lost the session again: bulkhead-burst 110106.
      if (!this.#isHeld(sessionId)) this.follow(sessionId);
    });
    this.#owning.set(sessionId, owning);
    return owning;
  }

  /** Whether anything of a session is open here, or it is asked for just now. */
  isNeeded(sessionId: string): boolean {
    return (
      this.#owning.has(sessionId) || this.#sagas.isOpenIn(sessionId) || this.openHere(sessionId).length > 0
    );
  }

  /** Stops what is done for a session that is held. Resolves when nothing is done any more. */
  async suspend(sessionId: string): Promise<void> {
    this.#suspended.add(sessionId);
    const { runner } = this.#node;
    const open = this.openHere(sessionId);
    for (const operationId of open) runner.interrupt(operationId);
    await Promise.all(open.map((operationId) => runner.idle(operationId)));
    // Not before: what runs may have to ask the authority to come to its end.
    this.#acts.suspend(sessionId);
  }

  /** Goes on with a session that was suspended, if it is still held. */
  resume(sessionId: string): void {
    this.#suspended.delete(sessionId);
    this.#acts.resume(sessionId);
    for (const operationId of this.openHere(sessionId)) this.#node.runner.begin(operationId);
    if (!this.#isHeld(sessionId)) this.follow(sessionId);
    // It has gone, and has come back.
    else if (!this.isOwned(sessionId)) this.takeUp(sessionId);
  }

  /** Takes up what is open of a session that has come to be held. */
  takeUp(sessionId: string): void {
    this.own(sessionId).catch((error: unknown) => this.#tell(sessionId, error));
  }

  /** The operations of a session that have not ended here. */
  openHere(sessionId: string): string[] {
    const { operations, submissions } = this.#node.rooms;
    return [...submissions.state.keys()].filter(
      (id) => operations.state.operations.get(id)?.spec.ownerSessionId === sessionId,
    );
  }

  /** Looks after every operation that a former life has left. */
  start(): void {
    const { operations, submissions } = this.#node.rooms;
    for (const operationId of submissions.state.keys()) {
      const operation = operations.state.operations.get(operationId);
      if (operation !== undefined) this.follow(operation.spec.ownerSessionId);
    }
    for (const sessionId of this.#sagas.sessionIds()) this.follow(sessionId);
  }

  /** The session is held no more. What runs for it stops on the spot. */
  lost(sessionId: string): void {
    this.#taken.delete(sessionId);
    for (const operationId of this.openHere(sessionId)) this.#node.runner.interrupt(operationId);
    this.#sagas.interrupt(sessionId);
    this.follow(sessionId);
  }

  /** Waits for what becomes of a session that this worker does not own: for as long as something of it is open here. */
  follow(sessionId: string): void {
    if (this.#stopping.signal.aborted || this.#followed.has(sessionId)) return;
    if (!this.#isToBeFollowed(sessionId)) return;
    this.#followed.add(sessionId);
    void this.#untilTold(sessionId);
  }

  stop(): void {
    this.#stopping.abort();
    this.#acts.stop();
  }

  async #own(sessionId: string): Promise<Answer<OwnershipCapability>> {
    for (;;) {
      const answer = await this.#holder.claim(sessionId);
      if (answer.kind === 'refused') return answer;
      if (this.#suspended.has(sessionId)) return offered(sessionId, answer.granted);
      const { generation } = answer.granted;
      if (this.#taken.get(sessionId) === generation) return answer;
      try {
        if (!(await this.#takeOver(sessionId, generation))) void this.#takeRest(sessionId, generation);
        return answer;
      } catch (error) {
        const isOver = error instanceof SessionLost || error instanceof SleepAborted;
        if (!isOver || this.#stopping.signal.aborted) throw error;
      }
    }
  }

  /**
   * Whoever owns a session runs what is open of it, whether or not it knew it. False when there was no room for all of it.
   *
   * @throws SessionLost
   */
  async #takeOver(sessionId: string, generation: number): Promise<boolean> {
    const { rooms, runner } = this.#node;
    const open = await this.#openAtAuthority(sessionId);
    const openIds = new Set(open.map(({ operationId }) => operationId));
    for (const operationId of this.openHere(sessionId)) {
      if (openIds.has(operationId)) continue;
      const lost = this.#holder.lostSignal(sessionId);
      const standing = await persist(this.#ports, lost, () => this.#authority.standing(operationId));
      await this.#settling.adopt(operationId, standing);
    }
    const putOff = new Set<string>();
    for (const operation of open) {
      const { operationId } = operation;
      if (rooms.submissions.state.has(operationId) || (await this.#register(operation))) continue;
      putOff.add(operationId);
    }
    if (putOff.size > 0) this.#putOff.set(sessionId, putOff);
    if (this.#holder.mayAct(sessionId)?.generation !== generation) throw new SessionLost(sessionId);
    this.#taken.set(sessionId, generation);
    if (open.length > 0) this.#ports.probe.event('worker.took-over', { session: sessionId, generation });
    for (const operationId of this.openHere(sessionId)) runner.begin(operationId);
    this.#resumeSagas(sessionId);
    if (putOff.size > 0) return false;
    this.#putOff.delete(sessionId);
    return true;
  }

  async #openAtAuthority(sessionId: string): Promise<AdmittedOperation[]> {
    const open: AdmittedOperation[] = [];
    for (;;) {
      const after = open.at(-1)?.operationId ?? '';
      const answer = await this.#acts.ask(sessionId, 'list', (capability) =>
        this.#authority.openOperations(capability, after, pageSize),
      );
      if (answer.kind === 'refused') throw new NotAdmitted(sessionId, answer.refusal);
      open.push(...answer.granted);
      if (answer.granted.length < pageSize) return open;
    }
  }

  /** False when there is no room for it yet. */
  async #register({
    operationId,
    sessionId,
    workflow,
    input,
    inputDigest,
  }: AdmittedOperation): Promise<boolean> {
    const outcome = await this.#node.recorder.begin({
      operationId,
      workflow,
      input: payloadOf(input, `input of ${operationId}`),
      inputDigest,
      ownerSessionId: sessionId,
      parent: null,
    });
    if (outcome.kind === 'accepted') return true;
    this.#ports.probe.event('worker.put-off', { operationId, code: outcome.refusal.code });
    return false;
  }

  #resumeSagas(sessionId: string): void {
    this.#sagas.resume(sessionId).catch((error: unknown) => this.#tell(sessionId, error));
  }

  /** Never rejects: what cannot be taken over by now is taken over later, or by somebody else. */
  async #takeRest(sessionId: string, generation: number): Promise<void> {
    const { clock, entropy } = this.#ports;
    try {
      do await clock.sleep(pauseMs(entropy, patientTries), this.#holder.lostSignal(sessionId));
      while (!(await this.#takeOver(sessionId, generation)));
    } catch (error) {
      this.#tell(sessionId, error);
    }
    // It may have registered what is open before it lost the session: lease-expiry-mid-effect 2007698.
    if (!this.#isHeld(sessionId)) this.follow(sessionId);
  }

  /** Never rejects. */
  async #untilTold(sessionId: string): Promise<void> {
    try {
      for (const operation of this.openHere(sessionId)) {
        this.#ports.probe.event('worker.follows', { operation, session: sessionId });
      }
      await this.#followOn(sessionId);
    } catch (error) {
      this.#tell(sessionId, error);
      await this.#restore();
    }
    this.#followed.delete(sessionId);
    // It may have been lost again while this ended.
    if (!this.#isHeld(sessionId)) this.follow(sessionId);
  }

  async #followOn(sessionId: string): Promise<void> {
    const { clock, entropy } = this.#ports;
    for (let tries = 1; !this.#isHeld(sessionId); tries += 1) {
      for (const operationId of this.openHere(sessionId)) {
        if (this.#isHeld(sessionId)) return;
        await this.#lookUp(operationId);
      }
      const putOff = this.#putOff.get(sessionId);
      if (putOff !== undefined) await this.#lookUpPutOff(sessionId, putOff);
      if (!this.#isToBeFollowed(sessionId)) return;
      // Its owner may be lost by now. If not, or if nobody may own it any more, this is refused, and changes nothing.
      if (tries > 1) await this.own(sessionId);
      if (this.#isHeld(sessionId)) return;
      // Whoever has room comes first.
      const least = this.isNeeded(sessionId) ? 1 : patientTries;
      await clock.sleep(pauseMs(entropy, Math.max(tries, least)), this.#stopping.signal);
    }
  }

  #isToBeFollowed(sessionId: string): boolean {
    return this.isNeeded(sessionId) || this.#putOff.has(sessionId);
  }

  /** What has ended meanwhile, or was registered here after all, is put off no more. */
  async #lookUpPutOff(sessionId: string, putOff: Set<string>): Promise<void> {
    for (const operationId of putOff) {
      const standing = await unlessUnanswered(this.#authority.standing(operationId));
      const isHere = this.#node.rooms.submissions.state.has(operationId);
      if (isHere || (standing !== undefined && standing.kind !== 'open')) putOff.delete(operationId);
    }
    if (putOff.size === 0 && this.#putOff.get(sessionId) === putOff) this.#putOff.delete(sessionId);
  }

  /**
   * Makes sure that what is known here of an operation is what is known. It cannot have been settled by another worker while its session is
   * owned here; but once this one has proposed how it ends, others may hear of that first. Rejects with RequestTimedOut when the authority does not answer.
   */
  async confirm(operationId: string): Promise<void> {
    const { operations, submissions } = this.#node.rooms;
    const operation = operations.state.operations.get(operationId);
    if (operation === undefined || !submissions.state.has(operationId)) return;
    if (this.isOwned(operation.spec.ownerSessionId) && !this.#settling.isUnderWay(operationId)) return;
    await this.#settling.adopt(operationId, await this.#authority.standing(operationId));
  }

  /** Ends an operation here, if it is settled. */
  async #lookUp(operationId: string): Promise<void> {
    const standing = await unlessUnanswered(this.#authority.standing(operationId));
    if (standing !== undefined) await this.#settling.adopt(operationId, standing);
  }

  /** Waits before something is begun anew that has failed. */
  async #restore(): Promise<void> {
    const { clock, entropy } = this.#ports;
    await clock.sleep(pauseMs(entropy, patientTries), this.#stopping.signal).catch(() => {});
  }

  #isHeld(sessionId: string): boolean {
    return this.#holder.mayAct(sessionId) !== undefined;
  }

  #tell(sessionId: string, error: unknown): void {
    // Somebody else goes on, or the next life does.
    if (error instanceof SleepAborted || error instanceof SessionLost || error instanceof NodeStopped) return;
    this.#ports.probe.event('worker.duty-failed', { session: sessionId, reason: String(error) });
  }
}

function offered(sessionId: string, { ownerId, generation }: OwnershipCapability): Answer<never> {
  const refusal = {
    code: 'OWNERSHIP_TRANSFER_PENDING',
    message: `session \`${sessionId}\` is offered to another one`,
    currentOwnerId: ownerId,
    liveGeneration: generation,
  };
  return { kind: 'refused', refusal };
}
