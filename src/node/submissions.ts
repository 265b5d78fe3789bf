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
import type { Projection } from '../log/projection.js';

/** What was submitted, for as long as it has not ended: enough to run it again after a restart. */
export interface Submission {
  readonly operationId: string;
  readonly workflow: string;
  /** The encoded input. */
  readonly input: Uint8Array;
  /** Why it is to be cancelled; null when it is not. */
  readonly cancelReason: string | null;
}

export type SubmissionEntry =
  | {
      readonly kind: 'submitted';
      readonly operationId: string;
      readonly workflow: string;
      readonly input: Uint8Array;
    }
  | { readonly kind: 'cancel_requested'; readonly operationId: string; readonly reason: string }
  | { readonly kind: 'dropped'; readonly operationId: string };

/** The command is the entry: whether it may be given is decided by the rooms that it is recorded together with. */
export type SubmissionCommand = SubmissionEntry;

export type Submissions = Map<string, Submission>;

const kinds = ['submitted', 'cancel_requested', 'dropped'] as const;

/**
 * Submissions that have not ended. Given again, a command has nothing to record: the first input stands, and so does the first reason
 * to cancel.
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
  encodeEntry: (entry) => ({ ...entry }),
  decodeEntry(value) {
    const record = readRecord(value, 'submission');
    const kind = readOneOf(record['kind'], 'submission.kind', kinds);
    const operationId = readText(record['operationId'], 'submission.operationId');
    switch (kind) {
      case 'submitted':
        return {
          kind,
          operationId,
          workflow: readText(record['workflow'], 'submission.workflow'),
          input: readBytes(record['input'], 'submission.input'),
        };
      case 'cancel_requested':
        return { kind, operationId, reason: readText(record['reason'], 'submission.reason') };
      case 'dropped':
        return { kind, operationId };
    }
  },
  capture: (state) =>
    [...state.values()].map(({ operationId, workflow, input, cancelReason }) => {
      return ['submission', operationId, workflow, input, cancelReason];
    }),
  restore(value) {
    const submissions = readEach(value, 'submissions', (found, path): Submission => {
      const [tag, operationId, workflow, input, cancelReason] = readArray(found, path);
      readLiteral(tag, `${path}[0]`, 'submission');
      return {
        operationId: readText(operationId, `${path}[1]`),
        workflow: readText(workflow, `${path}[2]`),
        input: readBytes(input, `${path}[3]`),
        cancelReason: readOptional(cancelReason, `${path}[4]`, readText),
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
