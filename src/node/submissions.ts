import {
  readArray,
  readBytes,
  readEach,
  readLiteral,
  readOneOf,
  readOptional,
  readRecord,
  readText,
} from '../codec/shape.js';
import { type CborValue, decode, encode } from '../codec/cbor.js';
import type { Projection } from '../log/projection.js';
import { type StepKey, stepKeyOf } from '../steps/step-key.js';

/** The step that another operation waits in for this one. */
export interface ParentStep {
  readonly operationId: string;
  readonly stepKey: StepKey;
}

/** What was submitted, for as long as it has not ended: enough to run it again after a restart. */
export interface Submission {
  readonly operationId: string;
  readonly workflow: string;
  /** The encoded input. */
  readonly input: Uint8Array;
  /** Null when a client submitted it. */
  readonly parent: ParentStep | null;
  /** Why it is to be cancelled; null when it is not. */
  readonly cancelReason: string | null;
}

export type SubmissionEntry =
  | ({ readonly kind: 'submitted' } & Omit<Submission, 'cancelReason'>)
  | { readonly kind: 'cancel_requested'; readonly operationId: string; readonly reason: string }
  | { readonly kind: 'dropped'; readonly operationId: string };

/** The command is the entry: whether it may be given is decided by the rooms that it is recorded together with. */
export type SubmissionCommand = SubmissionEntry;

export type Submissions = Map<string, Submission>;

/** Also what a probe is told: the kind of the entry that was recorded last. */
export const submissionStates = ['submitted', 'cancel_requested', 'dropped'] as const;

/**
 * Submissions that have not ended. Given again, a command has nothing to record: the first input stands, and so does the first reason
 * to cancel. In a snapshot each is encoded on its own, so that the codec's limit on items counts submissions, and not their fields.
 */
export const submissionsProjection: Projection<Submissions, SubmissionCommand, SubmissionEntry, never> = {
  name: 'submissions',
  initial: () => new Map(),
  decide: (state, command) => ({ kind: 'accepted', entries: isNews(state, command) ? [command] : [] }),
  apply(state, entry) {
    const { operationId } = entry;
    if (entry.kind === 'submitted') state.set(operationId, { ...entry, cancelReason: null });
    else if (entry.kind === 'dropped') state.delete(operationId);
    else {
      const submission = state.get(operationId);
      if (submission !== undefined) state.set(operationId, { ...submission, cancelReason: entry.reason });
    }
  },
  encodeEntry(entry) {
    if (entry.kind !== 'submitted') return { ...entry };
    const { kind, operationId, workflow, input, parent } = entry;
    return { kind, operationId, workflow, input, parent: encodeParent(parent) };
  },
  decodeEntry(value) {
    const record = readRecord(value, 'submission');
    const kind = readOneOf(record['kind'], 'submission.kind', submissionStates);
    const operationId = readText(record['operationId'], 'submission.operationId');
    switch (kind) {
      case 'submitted':
        return {
          kind,
          operationId,
          workflow: readText(record['workflow'], 'submission.workflow'),
          input: readBytes(record['input'], 'submission.input'),
          parent: readOptional(record['parent'], 'submission.parent', decodeParent),
        };
      case 'cancel_requested':
        return { kind, operationId, reason: readText(record['reason'], 'submission.reason') };
      case 'dropped':
        return { kind, operationId };
    }
  },
  capture: (state) =>
    [...state.values()].map(({ operationId, workflow, input, parent, cancelReason }) => {
      return encode(['submission', operationId, workflow, input, encodeParent(parent), cancelReason]);
    }),
  restore(value) {
    const submissions = readEach(value, 'submissions', (found, path): Submission => {
      const [tag, operationId, workflow, input, parent, cancelReason] = readArray(
        decode(readBytes(found, path)),
        path,
      );
      readLiteral(tag, `${path}[0]`, 'submission');
      return {
        operationId: readText(operationId, `${path}[1]`),
        workflow: readText(workflow, `${path}[2]`),
        input: readBytes(input, `${path}[3]`),
        parent: readOptional(parent, `${path}[4]`, decodeParent),
        cancelReason: readOptional(cancelReason, `${path}[5]`, readText),
      };
    });
    return new Map(submissions.map((submission) => [submission.operationId, submission]));
  },
};

function isNews(state: Submissions, command: SubmissionCommand): boolean {
  const known = state.get(command.operationId);
  switch (command.kind) {
    case 'submitted':
      return known === undefined;
    case 'cancel_requested':
      return known !== undefined && known.cancelReason === null;
    case 'dropped':
      return known !== undefined;
  }
}

function encodeParent(parent: ParentStep | null): CborValue {
  return parent === null ? null : [parent.operationId, parent.stepKey];
}

function decodeParent(value: CborValue, path: string): ParentStep {
  const [operationId, stepKey] = readArray(value, path);
  return {
    operationId: readText(operationId, `${path}[0]`),
    stepKey: stepKeyOf(readText(stepKey, `${path}[1]`)),
  };
}
