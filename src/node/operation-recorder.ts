import type { AgreementRefusal } from '../agreement/refusal.js';
import { vacancies } from '../evidence/lookup.js';
import type { LastingOutcome } from '../evidence/outcome.js';
import type { EvidenceRefusal } from '../evidence/refusal.js';
import type { OperationsCommand } from '../operations/command.js';
import type { OperationsRefusal } from '../operations/refusal.js';
import type { OperationSpec } from '../operations/spec.js';
import { standingOf } from '../operations/view.js';
import type { Watchers } from '../operations/watchers.js';
import type { Clock } from '../runtime/clock.js';
import type { FinishCommand } from '../steps/command.js';
import type { ExecutionOutcome, Failure } from '../steps/outcome.js';
import type { Payload, SealedInput } from '../steps/payload.js';
import type { StepRefusal } from '../steps/refusal.js';
import { EvidenceExhausted, OperationLost } from './errors.js';
import { certification, commitment, discarding, registration } from './operation-terms.js';
import { boundResult, failureEvidence, payloadIn, resultEvidenceId, successOf } from './result-evidence.js';
import type { Proposal } from './room.js';
import type { Outcome, Shell } from './shell.js';
import type { ParentStep, Submission } from './submissions.js';
import type { WorkflowRooms } from './workflow-rooms.js';

/** Why an operation did not begin. */
export type SubmitRefusal = OperationsRefusal | StepRefusal | AgreementRefusal | EvidenceExhausted;
export type EndRefusal = OperationsRefusal | StepRefusal | AgreementRefusal | EvidenceRefusal;

/** An operation that begins. */
export interface Beginning extends SealedInput {
  readonly operationId: string;
  readonly workflow: string;
  readonly parent: ParentStep | null;
}

/** How an operation ends that has no result. */
export type Discarded =
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled'; readonly reason: string };

/**
 * What is recorded of an operation as a whole: its beginning, its certificate, its end. What belongs together is one batch of the log,
 * over all rooms, so that no crash can tear it.
 */
export class OperationRecorder {
  readonly #clock: Clock;
  readonly #shell: Shell;
  readonly #rooms: WorkflowRooms;
  readonly #watchers: Watchers;
  readonly #evidenceMax: number;

  constructor(options: {
    readonly clock: Clock;
    readonly shell: Shell;
    readonly rooms: WorkflowRooms;
    readonly watchers: Watchers;
    readonly evidenceMax: number;
  }) {
    this.#clock = options.clock;
    this.#shell = options.shell;
    this.#rooms = options.rooms;
    this.#watchers = options.watchers;
    this.#evidenceMax = options.evidenceMax;
  }

  /** Registers an operation, at level provisional, or attaches to the one that has the id. */
  async begin(beginning: Beginning): Promise<Outcome<SubmitRefusal>> {
    const { operationId, workflow, input, inputDigest, parent } = beginning;
    const { operations, steps, submissions, agreement, evidence } = this.#rooms;
    const atMs = this.#clock.wallMs();
    const isNew = (): boolean => standingOf(operations.state, operationId).kind === 'absent';
    // Another one had the id, which the registry remembers no longer: the other rooms have to forget it first.
    if (isNew() && steps.state.executions.has(operationId)) await this.letGo(operationId);
    return this.#shell.submitTogether<SubmitRefusal>([
      () =>
        operations.propose({
          kind: 'register_operation',
          spec: specOf(beginning),
          inputFingerprint: inputDigest,
          concurrentMax: null,
          atMs,
        }),
      () => (isNew() ? this.#admit() : evidence.proposeNothing()),
      () =>
        isNew()
          ? steps.propose({ kind: 'open', executionId: operationId, attempt: 1, workflow, inputDigest })
          : steps.proposeNothing(),
      () =>
        isNew()
          ? agreement.propose(registration(operationId, workflow, inputDigest, atMs))
          : agreement.proposeNothing(),
      () =>
        isNew()
          ? submissions.propose({ kind: 'submitted', operationId, workflow, input, parent })
          : submissions.proposeNothing(),
    ]);
  }

  /** The result that an operation was certified with, if it was: it goes on from there. */
  certified(submission: Submission): Payload | undefined {
    const held = this.#rooms.evidence.state.held.get(resultEvidenceId(submission));
    return held === undefined ? undefined : payloadIn(held.outcome, `result of ${submission.operationId}`);
  }

  /** Ends an operation as its program did: with a result, which is certified first, or without. */
  async finish({ executionId: operationId, outcome }: FinishCommand): Promise<Outcome<EndRefusal>> {
    if (outcome.kind === 'failed') return this.discard(operationId, outcome);
    const certificate = await this.#certify(operationId, outcome.payload);
    return certificate.kind === 'refused' ? certificate : this.commit(operationId, outcome.payload);
  }

  /** The result stands: from now on it may be seen. */
  commit(operationId: string, payload: Payload): Promise<Outcome<EndRefusal>> {
    const { workflow } = this.#submission(operationId);
    const atMs = this.#clock.wallMs();
    return this.#end(
      operationId,
      { kind: 'completed', payload },
      () => ({
        kind: 'complete_operation',
        operationId,
        result: { id: operationId, content: '', isError: false, durationMs: 0, tokensUsed: 0 },
        atMs,
        watched: this.#watchers.watched(),
      }),
      [() => this.#rooms.agreement.propose(commitment(operationId, workflow, atMs))],
    );
  }

  /** Ends an operation without a result. Whoever waits for it in a step is told how it failed. */
  discard(operationId: string, end: Discarded): Promise<Outcome<EndRefusal>> {
    const submission = this.#submission(operationId);
    const atMs = this.#clock.wallMs();
    const failure = end.kind === 'failed' ? end.failure : { name: 'Cancelled', message: end.reason };
    const outcome = end.kind === 'failed' ? 'rejected' : 'aborted';
    return this.#end(
      operationId,
      { kind: 'failed', failure },
      () => ({ ...endingOf(operationId, end, atMs), watched: this.#watchers.watched() }),
      [
        () => this.#rooms.agreement.propose(discarding(operationId, outcome, atMs)),
        () =>
          this.#neededBy(submission) === operationId
            ? this.#rooms.evidence.proposeNothing()
            : this.#recordResult(submission, failureEvidence(failure)),
      ],
    );
  }

  /**
   * An operation that has ended needs no evidence any more; once it is not held either, its journal and its agreement go. Given again
   * there is nothing to record, nor when the id stands for a new operation by now.
   */
  async letGo(operationId: string): Promise<void> {
    const { operations, steps, submissions, agreement, evidence } = this.#rooms;
    const tick = this.#clock.wallMs();
    const isAlive = (): boolean => submissions.state.has(operationId);
    const isHeld = (): boolean => standingOf(operations.state, operationId).kind === 'held';
    const outcome = await this.#shell.submitTogether<EndRefusal>([
      () => (isAlive() ? evidence.proposeNothing() : evidence.propose({ kind: 'forget', operationId })),
      () => (isHeld() ? steps.proposeNothing() : steps.propose({ kind: 'forget', executionId: operationId })),
      () =>
        isHeld() ? agreement.proposeNothing() : agreement.propose({ kind: 'forget', operationId, tick }),
    ]);
    if (outcome.kind === 'refused') throw outcome.refusal;
  }

  #certify(operationId: string, payload: Payload): Promise<Outcome<EndRefusal>> {
    const submission = this.#submission(operationId);
    const tick = this.#clock.wallMs();
    const evidenceId = resultEvidenceId(submission);
    return this.#shell.submitTogether<EndRefusal>([
      () => this.#rooms.agreement.propose(certification(operationId, evidenceId, tick)),
      () => this.#recordResult(submission, successOf(payload)),
    ]);
  }

  #recordResult(submission: Submission, outcome: LastingOutcome): Proposal<EvidenceRefusal> {
    const inputDigest = this.#inputDigest(submission.operationId);
    const evidence = boundResult(submission, inputDigest, outcome, this.#neededBy(submission));
    return this.#rooms.evidence.propose({ kind: 'record', evidence, hasPlace: true });
  }

  #end(
    operationId: string,
    outcome: ExecutionOutcome,
    ending: () => OperationsCommand,
    others: readonly (() => Proposal<EndRefusal>)[],
  ): Promise<Outcome<EndRefusal>> {
    const { operations, steps, submissions } = this.#rooms;
    const attempt = steps.state.executions.get(operationId)?.attempt ?? 1;
    return this.#shell.submitTogether<EndRefusal>([
      () => steps.propose({ kind: 'finish', executionId: operationId, attempt, outcome }),
      () => operations.propose(ending()),
      () => submissions.propose({ kind: 'dropped', operationId }),
      ...others,
    ]);
  }

  /** Each operation that is alive holds one piece of evidence in the end: there has to be a place for it. Flaw D18. */
  #admit(): Proposal<EvidenceExhausted> {
    const { evidence, submissions } = this.#rooms;
    const isRoom = vacancies(evidence.state, this.#evidenceMax) > submissions.state.size;
    if (isRoom) return evidence.proposeNothing();
    return { kind: 'refused', refusal: new EvidenceExhausted(this.#evidenceMax) };
  }

  /** Who goes on from the result of an operation. Nobody would ever let go of what is kept for a parent that has ended. */
  #neededBy({ operationId, parent }: Submission): string {
    const isAwaited = parent !== null && this.#rooms.submissions.state.has(parent.operationId);
    return isAwaited ? parent.operationId : operationId;
  }

  #submission(operationId: string): Submission {
    const submission = this.#rooms.submissions.state.get(operationId);
    if (submission === undefined) throw new OperationLost(operationId, 'submission');
    return submission;
  }

  #inputDigest(operationId: string): string {
    const execution = this.#rooms.steps.state.executions.get(operationId);
    if (execution === undefined) throw new OperationLost(operationId, 'execution');
    return execution.inputDigest;
  }
}

function specOf({ operationId, workflow, parent }: Beginning): OperationSpec {
  return {
    operationId,
    kind: 'background_tool_op',
    ownerSessionId: parent === null ? 'node' : `operation:${parent.operationId}`,
    displayName: operationId,
    sourceLabel: workflow,
    source: null,
  };
}

function endingOf(operationId: string, end: Discarded, atMs: number) {
  if (end.kind === 'cancelled') {
    return { kind: 'cancel_operation', operationId, reason: end.reason, atMs } as const;
  }
  const { name, message } = end.failure;
  return { kind: 'fail_operation', operationId, error: `${name}: ${message}`, atMs } as const;
}
