import { agreementProjection } from '../agreement/projection.js';
import type { EvidenceCommand } from '../evidence/command.js';
import type { EvidenceEntry } from '../evidence/entry.js';
import { evidenceProjection } from '../evidence/projection.js';
import type { EvidenceRefusal } from '../evidence/refusal.js';
import type { EvidenceState } from '../evidence/state.js';
import type { OperationsCommand } from '../operations/command.js';
import type { OperationsEntry } from '../operations/entry.js';
import type { OperationsLimits } from '../operations/limits.js';
import { operationsProjection } from '../operations/projection.js';
import type { OperationsRefusal } from '../operations/refusal.js';
import type { OperationsState } from '../operations/state.js';
import { stepsProjection } from '../steps/projection.js';
import type { StepsRoom } from './node-journal.js';
import type { AgreementRoom } from './recovering-agreement.js';
import { type RecoverableRoom, Room } from './room.js';
import {
  type SubmissionCommand,
  type SubmissionEntry,
  type Submissions,
  submissionsProjection,
} from './submissions.js';

/** How much a workflow node holds. */
export interface WorkflowLimits extends OperationsLimits {
  /** So many results may be held for operations that go on from them; 1 at least. No operation begins without a place for its own. */
  readonly evidenceMax: number;
}

/** What a workflow node knows, each part of it folded from the one log. */
export interface WorkflowRooms {
  readonly operations: Room<OperationsState, OperationsCommand, OperationsEntry, OperationsRefusal>;
  readonly steps: StepsRoom;
  readonly submissions: Room<Submissions, SubmissionCommand, SubmissionEntry, never>;
  readonly agreement: AgreementRoom;
  readonly evidence: Room<EvidenceState, EvidenceCommand, EvidenceEntry, EvidenceRefusal>;
}

/** @param onOperation - Told of each entry about an operation of this life, once it is durable. */
export function makeWorkflowRooms(
  limits: WorkflowLimits,
  onOperation: (entry: OperationsEntry) => void = () => {},
): WorkflowRooms {
  return {
    operations: new Room(operationsProjection(limits), onOperation),
    steps: new Room(stepsProjection),
    submissions: new Room(submissionsProjection),
    agreement: new Room(agreementProjection),
    evidence: new Room(evidenceProjection({ entriesMax: limits.evidenceMax })),
  };
}

/** In the order in which the whole state of a node lists them. */
export function listWorkflowRooms(rooms: WorkflowRooms): readonly RecoverableRoom[] {
  return [rooms.operations, rooms.steps, rooms.submissions, rooms.agreement, rooms.evidence];
}
