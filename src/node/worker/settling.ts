import type { Ports } from '../../runtime/ports.js';
import { settleDoubt } from '../../steps/settle-doubt.js';
import { MessageTooLarge } from '../../runtime/network.js';
import type { Answer, Authority, CommitFact, LedgerStanding, Settlement } from '../authority/authority.js';
import { OperationLost } from '../errors.js';
import type { Conclusion, Subordinate } from '../superior.js';
import { conclusionIn, conclusionOf, settlementOf } from './conclusion.js';
import { NotAdmitted } from './fleet-refusal.js';
import type { SessionActs } from './session-acts.js';

/** Ends operations as the authority has settled them. The first settlement stands, whoever asked for it. Design 3, point 7. */
export class Settling {
  readonly #ports: Ports;
  readonly #authority: Authority;
  readonly #acts: SessionActs;
  readonly #node: Subordinate;
  /** What the authority was asked to settle, and has not answered. */
  readonly #proposed = new Set<string>();

  constructor(options: {
    readonly ports: Ports;
    readonly authority: Authority;
    readonly acts: SessionActs;
    readonly node: Subordinate;
  }) {
    this.#ports = options.ports;
    this.#authority = options.authority;
    this.#acts = options.acts;
    this.#node = options.node;
  }

  /** The session that an operation belongs to. */
  sessionOf(operationId: string): string {
    const operation = this.#node.rooms.operations.state.operations.get(operationId);
    if (operation === undefined) throw new OperationLost(operationId, 'submission');
    return operation.spec.ownerSessionId;
  }

  /** Whether an operation has not ended here. */
  isOpen(operationId: string): boolean {
    return this.#node.rooms.submissions.state.has(operationId);
  }

  /** Whether the authority may have settled an operation, and others may have heard of it, while it is open here. */
  isUnderWay(operationId: string): boolean {
    return this.#proposed.has(operationId);
  }

  /** Asks the authority to settle, and has recorded here what it says. @throws SessionLost */
  async settle<Recorded>(
    operationId: string,
    proposed: Conclusion,
    record: (settled: Conclusion) => Promise<Recorded>,
  ): Promise<Recorded> {
    // Nobody proposes what is not known.
    if (proposed.kind === 'forgotten') return record(proposed);
    this.#proposed.add(operationId);
    try {
      const answer = await this.#propose(operationId, settlementOf(proposed));
      if (answer.kind === 'refused') throw new NotAdmitted(operationId, answer.refusal);
      const conclusion = conclusionOf(operationId, answer.granted.settlement);
      await this.#makeReady(operationId, conclusion);
      return await record(conclusion);
    } finally {
      this.#proposed.delete(operationId);
    }
  }

  /** Ends an operation here that was settled without this worker, if it was: nothing of it is run. */
  async adopt(operationId: string, standing: LedgerStanding): Promise<void> {
    const conclusion = conclusionIn(operationId, standing);
    if (conclusion === undefined) return;
    const { runner, recorder, rooms, shell } = this.#node;
    // What was begun ends first: a run journals what came of it.
    await runner.idle(operationId);
    if (!rooms.submissions.state.has(operationId)) return;
    const atMs = this.#ports.clock.wallMs();
    // Refused when it was run here.
    await shell.submit(rooms.operations, { kind: 'provisioning_succeeded', operationId, atMs });
    await this.#makeReady(operationId, conclusion);
    if (!rooms.submissions.state.has(operationId)) return;
    const outcome = await recorder.conclude(operationId, conclusion);
    if (outcome.kind === 'refused' && rooms.submissions.state.has(operationId)) throw outcome.refusal;
  }

  /**
   * Brings the journal to where the operation may end as was settled: what is in doubt is settled by its policy, without being run, and an
   * attempt that diverged gives way to one that did not.
   */
  async #makeReady(operationId: string, conclusion: Conclusion): Promise<void> {
    const { journal, rooms, shell } = this.#node;
    await settleDoubt(journal, operationId);
    const execution = rooms.steps.state.executions.get(operationId);
    if (conclusion.kind === 'completed' && execution !== undefined && execution.divergedAt !== null) {
      const { attempt, workflow, inputDigest } = execution;
      const opening = { executionId: operationId, attempt: attempt + 1, workflow, inputDigest };
      await shell.submit(rooms.steps, { kind: 'open', ...opening });
    }
  }

  /** A result that no message carries cannot be told to anybody: the operation is rejected. */
  async #propose(operationId: string, settlement: Settlement): Promise<Answer<CommitFact>> {
    const propose = (proposed: Settlement): Promise<Answer<CommitFact>> =>
      this.#acts.ask(this.sessionOf(operationId), 'settle', (capability) =>
        this.#authority.settle(capability, operationId, proposed),
      );
    try {
      return await propose(settlement);
    } catch (error) {
      if (!(error instanceof MessageTooLarge)) throw error;
      return propose({ outcome: 'rejected', reason: `${error.name}: ${error.message}` });
    }
  }
}
