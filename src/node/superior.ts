import type { AgreementRule } from '../agreement/records.js';
import type { ChildEnd } from '../steps/journal.js';
import type { Payload } from '../steps/payload.js';
import type { Failure } from '../steps/outcome.js';
import type { NodeJournal } from './node-journal.js';
import type { OperationRecorder } from './operation-recorder.js';
import type { RecoverableRoom } from './room.js';
import type { Shell } from './shell.js';
import type { WorkflowRooms } from './workflow-rooms.js';
import type { WorkflowRunner } from './workflow-runner.js';

/** How an operation ends that has no result. */
export type Discarded =
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'timed_out'; readonly reason: string };

/** How an operation ends. */
export type Conclusion =
  | { readonly kind: 'completed'; readonly payload: Payload }
  /** It was finalized so long ago that nobody knows its result any more. */
  | { readonly kind: 'forgotten' }
  | Discarded;

/** Who has to agree to what an operation comes to, and whose fact commits it. */
export interface AgreementTerms {
  readonly ownerId: string;
  readonly rule: AgreementRule;
  readonly participants: readonly string[];
}

/** An operation that waits for another one in a step. */
export interface ChildRequest {
  readonly operationId: string;
  readonly parentId: string;
  readonly workflow: string;
  readonly input: Uint8Array;
  readonly inputDigest: string;
}

/** What a node puts at the disposal of whoever it answers to. */
export interface Subordinate {
  readonly shell: Shell;
  readonly rooms: WorkflowRooms;
  readonly journal: NodeJournal;
  readonly recorder: OperationRecorder;
  readonly runner: WorkflowRunner;
}

/**
 * Whoever a node that runs workflows answers to: it says what may be run and what may be done now, and has the last word on how an
 * operation ends. A node that works for itself has nobody above it.
 */
export interface Superior {
  /** What it keeps in the log of the node, besides the rooms that every such node has. */
  readonly rooms: readonly RecoverableRoom[];
  readonly terms: AgreementTerms;
  /** Whether it tells for ever how an operation ended: then nothing of that has to be kept for whoever waits in a step. */
  readonly remembersEnds: boolean;
  /** Called once, when the node has recovered, and before it acts. */
  attach(subordinate: Subordinate): void;
  /** The session that the children of an operation belong to. */
  childSessionId(parentId: string): string;
  /** Whether the operation may be run here now. */
  mayRun(operationId: string): boolean;
  /** Whether an effect of the operation may begin now. Asked immediately before each one: flaw and mutant O2. */
  mayAct(operationId: string): boolean;
  /** What is known of how a child ended; undefined when it has to be run. @param known - What this node has kept of it. */
  findChild(
    child: ChildRequest,
    known: () => Promise<ChildEnd | undefined>,
    signal: AbortSignal,
  ): Promise<ChildEnd | undefined>;
  /** Sees to it that whoever has to agrees to a result, then has that recorded. */
  certify<Recorded>(
    operationId: string,
    payload: Payload,
    record: () => Promise<Recorded>,
  ): Promise<Recorded>;
  /** Settles how an operation ends, then has that recorded: which may be another end than the one that was proposed. */
  settle<Recorded>(
    operationId: string,
    proposed: Conclusion,
    record: (settled: Conclusion) => Promise<Recorded>,
  ): Promise<Recorded>;
}

/** Of a node that works for itself. It may do all it can, and its own word is the last one. */
export const nobodyAbove: Superior = {
  rooms: [],
  terms: { ownerId: 'node', rule: { kind: 'no_agreement' }, participants: [] },
  remembersEnds: false,
  attach() {},
  childSessionId: (parentId) => `operation:${parentId}`,
  mayRun: () => true,
  mayAct: () => true,
  findChild: (_, known) => known(),
  certify: (_, __, record) => record(),
  settle: (_, proposed, record) => record(proposed),
};
