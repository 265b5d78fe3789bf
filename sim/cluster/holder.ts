import type { CborValue } from '../../src/codec/cbor.js';
import type { AdmittedOperation, ClaimRequest } from '../../src/node/authority/authority.js';
import { unlessUnanswered } from '../../src/node/worker/persistence.js';
import { decodeReceipt, encodeReceipt } from '../../src/ownership/artifact-codec.js';
import type { OwnershipReceipt } from '../../src/ownership/capability.js';
import { sealInput, sealPayload } from '../../src/steps/payload.js';
import type { Life } from '../kernel/process.js';
import { nodeOf } from '../oracles/authority-facts.js';
import type { Contest, ContestedSession, HolderAct } from './contest.js';
import type { Holding } from './held-sessions.js';
import { ownerDeadlineMs, OwnerLife } from './owner-life.js';
import type { PeerPorts } from './peer.js';

const handsMax = 2;
const operationsOfSession = 5;

/**
 * One life of a node that owns sessions, as a worker does, but with nothing to run: claims, renews, acts while it may, gives sessions away and
 * takes what it is given. Not all that it does is right.
 */
export class Holder {
  readonly #ports: PeerPorts;
  readonly #contest: Contest;
  readonly #owner: OwnerLife;
  /** Of each session: the latest claim, and which generation is the next as far as it was told. */
  readonly #claimed = new Map<string, ClaimRequest>();
  readonly #next = new Map<string, number>();
  #claims = 0;

  constructor(ports: PeerPorts, life: Life, contest: Contest) {
    this.#ports = ports;
    this.#contest = contest;
    this.#owner = new OwnerLife(ports, life, contest.bench, (_from, body) => this.#take(body));
    contest.owners.set(this.#owner.name, this.#owner.ownerId);
  }

  /** Does what is drawn, with one hand or more, until it is over; then lets go. */
  async run(): Promise<void> {
    const { tape, sessions, isOver } = this.#contest;
    await this.#owner.run(tape.between('holder.hands', 1, handsMax), {
      sessions,
      isOver,
      act: () => this.#actNext(),
      giveUp: (holding) => this.#release(holding),
    });
  }

  async #actNext(): Promise<void> {
    const { tape, sessions, acts } = this.#contest;
    await this.#ports.clock.sleep(5 + tape.draw('holder.think', 120));
    const drawn = tape.pick('holder.session', sessions);
    const owned = sessions.find(({ id }) => this.#owner.held.of(id) !== undefined);
    // Whoever owns one is mostly busy with it.
    const session = owned !== undefined && tape.chance('holder.stays', 3, 4) ? owned : drawn;
    await this.#act(session, tape.pick('holder.act', acts));
  }

  #act(session: ContestedSession, act: HolderAct): Promise<void> {
    if (act === 'stale') return this.#actStale();
    const holding = this.#owner.held.of(session.id);
    if (holding === undefined) return this.#claim(session);
    switch (act) {
      case 'work':
        return this.#work(holding);
      case 'renew':
        return this.#owner.renew(holding);
      case 'edge':
        return this.#renewAtEnd(holding);
      case 'transfer':
        return this.#transfer(holding);
      case 'release':
        return this.#release(holding);
      case 'close':
        return this.#owner.close(holding, 'closed');
      case 'witness':
        return this.#useWitness(holding);
    }
  }

  async #claim({ id: sessionId, policy }: ContestedSession): Promise<void> {
    const { tape } = this.#contest;
    const before = this.#claimed.get(sessionId);
    const isAgain = before !== undefined && tape.chance('holder.claims-again', 1, 4);
    const request = isAgain ? before : this.#newClaim(sessionId, policy);
    this.#claimed.set(sessionId, request);
    const answer = await this.#owner.take(() => this.#owner.authority.claim(request));
    if (answer.kind === 'refused' && answer.refusal.code === 'OWNERSHIP_CLAIM_SPENT') {
      this.#next.set(sessionId, (answer.refusal.liveGeneration ?? -1) + 1);
    }
  }

  #newClaim(sessionId: string, policy: ContestedSession['policy']): ClaimRequest {
    this.#claims += 1;
    const ownerId = this.#owner.ownerId;
    const generation = this.#next.get(sessionId) ?? 0;
    return { sessionId, ownerId, generation, policy, requestId: `${ownerId}/${this.#claims}` };
  }

  /** Comes at exactly the end of the lease, when the way is as long as that of the request which brought it. Whatever it is told is late. */
  async #renewAtEnd({ capability, lease }: Holding): Promise<void> {
    const { clock } = this.#ports;
    const endMs = lease.requestedAtMonotonicMs + lease.grantedForMs;
    await clock.sleep(Math.max(0, endMs - clock.monotonicMs()));
    await this.#owner.authority.renew(capability);
  }

  /** Admits an operation and settles it; whoever loses the session in between leaves it to the next. */
  async #work(holding: Holding): Promise<void> {
    const { tape, operations } = this.#contest;
    const { sessionId } = holding.capability;
    const operationId = `${sessionId}.op-${tape.draw('holder.operation', operationsOfSession)}`;
    if (!this.#owner.held.begins(holding, `admit ${operationId}`)) return;
    operations.set(operationId, sessionId);
    const admitted = await this.#owner.authority.admit(
      holding.capability,
      this.#operation(operationId, sessionId),
    );
    if (admitted.kind === 'refused') return this.#owner.refused(holding, admitted);
    await this.#ports.clock.sleep(tape.draw('holder.works', 200));
    if (!this.#owner.held.begins(holding, `settle ${operationId}`)) return;
    const payload = sealPayload([operationId, this.#owner.ownerId], operationId);
    const settled = await this.#owner.authority.settle(
      holding.capability,
      operationId,
      tape.chance('holder.aborts', 1, 4)
        ? { outcome: 'aborted', reason: `by ${this.#owner.ownerId}` }
        : { outcome: 'finalized', payload },
    );
    if (settled.kind === 'refused') this.#owner.refused(holding, settled);
  }

  /** Now and then on terms that are not those of the others. */
  #operation(operationId: string, sessionId: string): AdmittedOperation {
    const isOther = this.#contest.tape.chance('holder.other-terms', 1, 16);
    const { input, inputDigest } = sealInput([operationId, isOther], operationId);
    return { operationId, sessionId, workflow: 'held', input, inputDigest };
  }

  /** Offers the session to another holder, and tells it; when that does not answer, takes the offer back, perhaps too late. */
  async #transfer(holding: Holding): Promise<void> {
    const { tape, owners } = this.#contest;
    const others = [...owners.values()].filter((owner) => owner !== this.#owner.ownerId);
    const toOwnerId = others[tape.draw('holder.target', Math.max(1, others.length))];
    if (toOwnerId === undefined || holding.isOffered) return;
    const receipt = await this.#beginTransfer(holding, toOwnerId);
    if (receipt === undefined) return;
    if (await this.#offer(toOwnerId, receipt)) return this.#owner.held.lose(holding, 'given away');
    await this.#takeBack(holding, receipt);
  }

  /** Until the offer is settled, it does not act. Without a receipt nobody can take it. */
  async #beginTransfer(holding: Holding, toOwnerId: string): Promise<OwnershipReceipt | undefined> {
    const { capability } = holding;
    let receipt: OwnershipReceipt | undefined;
    holding.isOffered = true;
    try {
      const offered = await this.#owner.authority.beginTransfer(capability, toOwnerId, capability.scope);
      if (offered.kind === 'granted') receipt = offered.granted;
      else this.#owner.refused(holding, offered);
    } finally {
      holding.isOffered = receipt !== undefined;
    }
    return receipt;
  }

  /** Who does not know whether it could take it back has lost it. */
  async #takeBack(holding: Holding, receipt: OwnershipReceipt): Promise<void> {
    let isBack = false;
    try {
      const rolledBack = await this.#owner.authority.rollbackTransfer(holding.capability, receipt);
      isBack = rolledBack.kind === 'granted';
    } finally {
      if (isBack) holding.isOffered = false;
      else this.#owner.held.lose(holding, 'perhaps given away');
    }
  }

  async #offer(toOwnerId: string, receipt: OwnershipReceipt): Promise<boolean> {
    const offer = this.#owner.requests.ask(nodeOf(toOwnerId), encodeReceipt(receipt), {
      deadlineMs: ownerDeadlineMs,
    });
    return (await unlessUnanswered(offer)) === true;
  }

  /** Somebody offers a session. */
  async #take(body: CborValue): Promise<CborValue> {
    const receipt = decodeReceipt(body, 'receipt');
    if (this.#contest.tape.chance('holder.declines', 1, 8)) return false;
    const { authority, ownerId } = this.#owner;
    const answer = await this.#owner.take(() => authority.commitTransfer(receipt, ownerId));
    return answer.kind === 'granted';
  }

  #release(holding: Holding): Promise<void> {
    return this.#owner.release(holding, 'released');
  }

  async #useWitness(holding: Holding): Promise<void> {
    const { tape } = this.#contest;
    if (!this.#owner.held.begins(holding, 'issue a witness')) return;
    const issued = await this.#owner.authority.issueReadiness(holding.capability, 'ready');
    if (issued.kind === 'refused') return this.#owner.refused(holding, issued);
    await this.#ports.clock.sleep(tape.draw('holder.readies', 100));
    for (let uses = tape.between('holder.witness-uses', 1, 2); uses > 0; uses -= 1) {
      if (!this.#owner.held.begins(holding, 'consume a witness')) return;
      const consumed = await this.#owner.authority.consumeReadiness(holding.capability, issued.granted);
      if (consumed.kind === 'refused') this.#owner.refused(holding, consumed);
    }
  }

  async #actStale(): Promise<void> {
    const { tape } = this.#contest;
    const { spent } = this.#owner.held;
    const capability = spent[tape.draw('holder.spent', Math.max(1, spent.length))];
    if (capability === undefined) return;
    const { sessionId } = capability;
    const operationId = `${sessionId}.op-${tape.draw('holder.operation', operationsOfSession)}`;
    switch (tape.draw('holder.stale-act', 3)) {
      case 0:
        await this.#owner.authority.renew(capability);
        return;
      case 1:
        await this.#owner.authority.settle(capability, operationId, { outcome: 'aborted', reason: 'stale' });
        return;
      default:
        await this.#owner.authority.admit(capability, this.#operation(operationId, sessionId));
    }
  }
}
