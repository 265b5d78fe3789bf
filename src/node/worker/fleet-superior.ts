import type { ChildEnd } from '../../steps/journal.js';
import type { Payload } from '../../steps/payload.js';
import type { Authority } from '../authority/authority.js';
import { type RecoverableRoom, Room } from '../room.js';
import type { AgreementTerms, ChildRequest, Conclusion, Subordinate, Superior } from '../superior.js';
import { childEndOf, conclusionIn } from './conclusion.js';
import { SessionLost } from './fleet-refusal.js';
import { livesProjection } from './lives.js';
import type { SessionActs } from './session-acts.js';
import type { SessionDuties } from './session-duties.js';
import type { Settling } from './settling.js';
import type { WitnessRoom } from './peers.js';
import { type WitnessLimits, witnessProjection } from './witness-room.js';
import type { WitnessRounds } from './witness-round.js';

/** What a life of a worker has once it has its owner id. */
export interface FleetPost {
  readonly authority: Authority;
  readonly acts: SessionActs;
  readonly duties: SessionDuties;
  readonly settling: Settling;
  readonly rounds: WitnessRounds;
}

/** What a worker answers to: the authority has the last word, and only who owns a session acts for it. */
export class FleetSuperior implements Superior {
  readonly terms: AgreementTerms;
  readonly remembersEnds = true;
  readonly lives = new Room(livesProjection);
  readonly witnesses: WitnessRoom;
  readonly rooms: readonly RecoverableRoom[];
  #node: Subordinate | undefined;
  #post: FleetPost | undefined;

  constructor(terms: AgreementTerms, witnesses: WitnessLimits, more: readonly RecoverableRoom[]) {
    this.terms = terms;
    this.witnesses = new Room(witnessProjection(witnesses));
    this.rooms = [this.lives, this.witnesses, ...more];
  }

  attach(node: Subordinate): void {
    this.#node = node;
  }

  get node(): Subordinate {
    if (this.#node === undefined) throw new Error('no node answers to this superior yet');
    return this.#node;
  }

  /** From now on something may be run. */
  take(post: FleetPost): void {
    this.#post = post;
  }

  childSessionId(parentId: string): string {
    return this.#at.settling.sessionOf(parentId);
  }

  mayRun(operationId: string): boolean {
    return this.#post !== undefined && this.#at.duties.isOwned(this.#at.settling.sessionOf(operationId));
  }

  mayAct(operationId: string): boolean {
    const { acts, duties, settling } = this.#at;
    const sessionId = settling.sessionOf(operationId);
    return duties.isOwned(sessionId) && acts.begin(sessionId, 'step') !== undefined;
  }

  /** Admits a child, which tells how it ended if it has, here or elsewhere. */
  async findChild({ parentId, ...child }: ChildRequest): Promise<ChildEnd | undefined> {
    const { acts, authority, settling } = this.#at;
    const sessionId = settling.sessionOf(parentId);
    const answer = await acts.ask(sessionId, 'admit', (capability) =>
      authority.admit(capability, { ...child, sessionId }),
    );
    if (answer.kind === 'refused') return { kind: 'failed', message: answer.refusal.message };
    const conclusion = conclusionIn(child.operationId, answer.granted);
    return conclusion === undefined ? undefined : childEndOf(conclusion);
  }

  async certify<Recorded>(
    operationId: string,
    payload: Payload,
    record: () => Promise<Recorded>,
  ): Promise<Recorded> {
    const { duties, rounds, settling } = this.#at;
    const sessionId = settling.sessionOf(operationId);
    await rounds.hold(operationId, sessionId, payload);
    if (!duties.isOwned(sessionId)) throw new SessionLost(sessionId);
    return record();
  }

  settle<Recorded>(
    operationId: string,
    proposed: Conclusion,
    record: (settled: Conclusion) => Promise<Recorded>,
  ): Promise<Recorded> {
    return this.#at.settling.settle(operationId, proposed, record);
  }

  get #at(): FleetPost {
    if (this.#post === undefined) throw new Error('the worker has not begun its life yet');
    return this.#post;
  }
}
