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
import type { Conclusion, Discarded, Superior } from './superior.js';
import type { WorkflowRooms } from './workflow-rooms.js';

/** Why an operation did not begin. */
export type SubmitRefusal = OperationsRefusal | StepRefusal | AgreementRefusal | EvidenceExhausted;
export type EndRefusal = OperationsRefusal | StepRefusal | AgreementRefusal | EvidenceRefusal;

/** An operation that begins. */
export interface Beginning extends SealedInput {
  readonly operationId: string;
  readonly workflow: string;
  /** Whose operation it is: a session, the node itself, or another operation. */
  readonly ownerSessionId: string;
  readonly parent: ParentStep | null;
}

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
  readonly #superior: Superior;

  constructor(options: {
    readonly clock: Clock;
    readonly shell: Shell;
    readonly rooms: WorkflowRooms;
    readonly watchers: Watchers;
    readonly evidenceMax: number;
    readonly superior: Superior;
  }) {
    this.#clock = options.clock;
    this.#shell = options.shell;
    this.#rooms = options.rooms;
    this.#watchers = options.watchers;
    this.#evidenceMax = options.evidenceMax;
    this.#superior = options.superior;
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
          ? agreement.propose(registration(operationId, workflow, inputDigest, this.#superior.terms, atMs))
          : agreement.proposeNothing(),
      () =>
        isNew()
          ? submissions.propose({ kind: 'submitted', operationId, workflow, input, parent })
          : submissions.proposeNothing(),
    ]);
  }

  /**
   * Why nothing new may begin, if that is so: each operation that is alive holds one piece of evidence in the end, and there has to be a place
   * for it. Flaw D18.
   */
  exhausted(): EvidenceExhausted | undefined {
    const { evidence, submissions } = this.#rooms;
    const isRoom = vacancies(evidence.state, this.#evidenceMax) > submissions.state.size;
    return isRoom ? undefined : new EvidenceExhausted(this.#evidenceMax);
  }

  /** The result that an operation was certified with, if it was: it goes on from there. */
  certified(submission: Submission): Payload | undefined {
    const held = this.#rooms.evidence.state.held.get(resultEvidenceId(submission));
    return held === undefined ? undefined : payloadIn(held.outcome, `result of ${submission.operationId}`);
  }

  /** Ends an operation as its program did: with a result, which is certified first, or without. */
  async finish({ executionId: operationId, outcome }: FinishCommand): Promise<Outcome<EndRefusal>> {
    if (outcome.kind === 'failed') return this.settle(operationId, outcome);
    const { payload } = outcome;
    const certificate = await this.#superior.certify(operationId, payload, () =>
      this.#certify(operationId, payload),
    );
    return certificate.kind === 'refused' ? certificate : this.settle(operationId, outcome);
  }

  /** Ends an operation as whoever has the last word says. */
  settle(operationId: string, proposed: Conclusion): Promise<Outcome<EndRefusal>> {
    return this.#superior.settle(operationId, proposed, (settled) => this.conclude(operationId, settled));
  }

  /** Records how an operation has ended. */
  conclude(operationId: string, conclusion: Conclusion): Promise<Outcome<EndRefusal>> {
    switch (conclusion.kind) {
      case 'completed':
        return this.#commit(operationId, conclusion);
      case 'forgotten':
        return this.#commit(operationId, { kind: 'failed', failure: resultForgotten });
      case 'failed':
      case 'cancelled':
      case 'timed_out':
        return this.#discard(operationId, conclusion);
    }
  }

  /** The result stands: from now on it may be seen. */
  #commit(operationId: string, outcome: ExecutionOutcome): Promise<Outcome<EndRefusal>> {
    const submission = this.#submission(operationId);
    const { workflow } = submission;
    // Where the last word is somebody else's, an operation may be finalized that was never certified here.
    const isAdopted = this.#superior.remembersEnds && this.certified(submission) === undefined;
    const atMs = this.#clock.wallMs();
    return this.#end(
      operationId,
      outcome,
      () => ({
        kind: 'complete_operation',
        operationId,
        result: { id: operationId, content: '', isError: false, durationMs: 0, tokensUsed: 0 },
        atMs,
        watched: this.#watchers.watched(),
      }),
      [
        () =>
          this.#rooms.agreement.propose(
            commitment(operationId, workflow, this.#superior.terms, isAdopted, atMs),
          ),
      ],
    );
  }

  /** Ends an operation without a result. Whoever waits for it in a step is told how it failed. */
  #discard(operationId: string, end: Discarded): Promise<Outcome<EndRefusal>> {
    const submission = this.#submission(operationId);
    const atMs = this.#clock.wallMs();
    const failure = failureIn(end);
    return this.#end(
      operationId,
      { kind: 'failed', failure },
      () => ({ ...endingOf(operationId, end, atMs), watched: this.#watchers.watched() }),
      [
        () => this.#rooms.agreement.propose(discarding(operationId, discardedAs[end.kind], atMs)),
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
      () =>
        this.#rooms.agreement.propose(
          certification(operationId, evidenceId, this.#superior.terms.ownerId, tick),
        ),
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

  #admit(): Proposal<EvidenceExhausted> {
    const refusal = this.exhausted();
    return refusal === undefined ? this.#rooms.evidence.proposeNothing() : { kind: 'refused', refusal };
  }

  /** Who goes on from the result of an operation. Nobody would ever let go of what is kept for a parent that has ended. */
  #neededBy({ operationId, parent }: Submission): string {
    if (this.#superior.remembersEnds) return operationId;
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

function specOf({ operationId, workflow, ownerSessionId }: Beginning): OperationSpec {
  return {
    operationId,
    kind: 'background_tool_op',
    ownerSessionId,
    displayName: operationId,
    sourceLabel: workflow,
    source: null,
  };
}

/** What the journal holds of an operation whose result nobody knows any more. */
const resultForgotten: Failure = { name: 'ResultForgotten', message: 'it was finalized too long ago' };

const discardedAs = { failed: 'rejected', cancelled: 'aborted', timed_out: 'timed_out' } as const;

/** What whoever waits for the operation in a step is told. */
function failureIn(end: Discarded): Failure {
  switch (end.kind) {
    case 'failed':
      return end.failure;
    case 'cancelled':
      return { name: 'Cancelled', message: end.reason };
    case 'timed_out':
      return { name: 'TimedOut', message: end.reason };
  }
}

function endingOf(operationId: string, end: Discarded, atMs: number) {
  if (end.kind === 'cancelled') {
    return { kind: 'cancel_operation', operationId, reason: end.reason, atMs } as const;
  }
  const { name, message } = failureIn(end);
  return { kind: 'fail_operation', operationId, error: `${name}: ${message}`, atMs } as const;
}
