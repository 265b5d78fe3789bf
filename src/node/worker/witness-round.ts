import type { AgreementEvidence } from '../../agreement/records.js';
import { isMet, ruleProgress } from '../../agreement/rule.js';
import { digestHex } from '../../codec/digest.js';
import { SleepAborted } from '../../runtime/clock.js';
import type { Ports } from '../../runtime/ports.js';
import type { Payload } from '../../steps/payload.js';
import type { AgreementTerms, Subordinate } from '../superior.js';
import { SessionLost } from './fleet-refusal.js';
import type { Peers } from './peers.js';
import { pauseMs } from './persistence.js';
import type { SessionActs } from './session-acts.js';
import type { SessionHolder } from './session-holder.js';

/**
 * Asks the participants of an operation to witness its result, until the contract's rule is met by what they have said of this result in this
 * generation: what was said of another one, or to an earlier owner, does not count. Design 3, point 6.
 */
export class WitnessRounds {
  readonly #ports: Ports;
  readonly #terms: AgreementTerms;
  readonly #peers: Peers | undefined;
  readonly #acts: SessionActs;
  readonly #holder: SessionHolder;
  readonly #node: Subordinate;

  constructor(options: {
    readonly ports: Ports;
    readonly terms: AgreementTerms;
    readonly peers: Peers | undefined;
    readonly acts: SessionActs;
    readonly holder: SessionHolder;
    readonly node: Subordinate;
  }) {
    this.#ports = options.ports;
    this.#terms = options.terms;
    this.#peers = options.peers;
    this.#acts = options.acts;
    this.#holder = options.holder;
    this.#node = options.node;
  }

  /** Resolves when the rule is met, and the witnesses are recorded. @throws SessionLost */
  async hold(operationId: string, sessionId: string, payload: Payload): Promise<void> {
    const { rule, participants } = this.#terms;
    const digest = digestHex(payload);
    const witnesses = new Map<string, AgreementEvidence>();
    for (let tries = 1; ; tries += 1) {
      if (isMet(ruleProgress(rule, participants, witnesses.values(), 'soft_safe'))) return;
      const lost = this.#holder.lostSignal(sessionId);
      const missing = participants.filter((participant) => !witnesses.has(participant));
      const given = await Promise.all(
        missing.map((participant) => this.#ask(participant, operationId, sessionId, digest)),
      );
      for (const evidence of given) {
        if (evidence === undefined || evidence.ownerId === null) continue;
        witnesses.set(evidence.ownerId, evidence);
        await this.#record(evidence);
      }
      if (given.every((evidence) => evidence === undefined)) await this.#pause(sessionId, tries, lost);
    }
  }

  /** What a participant stands for; undefined when it does not, or not by now. */
  async #ask(
    participant: string,
    operationId: string,
    sessionId: string,
    digest: string,
  ): Promise<AgreementEvidence | undefined> {
    const capability = this.#acts.begin(sessionId, 'witness');
    if (capability === undefined) throw new SessionLost(sessionId);
    const { generation } = capability;
    const witness = { operationId, sessionId, generation, digest };
    const answer = await this.#peers?.ask(participant, { kind: 'witness', witness });
    if (answer?.label === 'given') return evidenceOf(participant, operationId, generation, digest);
    if (answer?.label === 'refused') await this.#refused(capability, answer.code);
    return undefined;
  }

  async #refused(capability: Parameters<SessionHolder['lose']>[0], code: string): Promise<void> {
    if (code === 'WITNESS_FENCED') this.#holder.lose(capability, code);
    // In this generation it stands for another result: in another one it may stand for this one.
    else if (code === 'WITNESS_CONFLICT') await this.#holder.release(capability.sessionId);
  }

  async #record(evidence: AgreementEvidence): Promise<void> {
    const { shell, rooms } = this.#node;
    const tick = this.#ports.clock.wallMs();
    const { operationId } = evidence;
    const outcome = await shell.submit(rooms.agreement, {
      kind: 'submit_evidence',
      operationId,
      evidence,
      tick,
    });
    if (outcome.kind === 'refused') throw outcome.refusal;
  }

  async #pause(sessionId: string, tries: number, lost: AbortSignal): Promise<void> {
    try {
      await this.#ports.clock.sleep(pauseMs(this.#ports.entropy, tries), lost);
    } catch (error) {
      throw error instanceof SleepAborted ? new SessionLost(sessionId) : error;
    }
  }
}

function evidenceOf(
  participant: string,
  operationId: string,
  generation: number,
  digest: string,
): AgreementEvidence {
  return {
    evidenceId: `witness:${participant}:${generation}:${digest}`,
    operationId,
    session: null,
    ownerId: participant,
    level: 'soft_safe',
    kind: 'witness',
    reference: digest,
    authoritative: true,
  };
}
