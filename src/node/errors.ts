import { type CodecError, ShapeError } from '../codec/codec-error.js';

/** Why a node stopped: no room left on the disk, or a disk that failed. */
export type StopKind = 'no-space' | 'io' | 'closed';

/**
 * The node has stopped; what was asked may or may not have been recorded. Ask again after the restart: commands have stable
 * identities, so asking twice is safe.
 */
export class NodeStopped extends Error {
  readonly code = 'NODE_STOPPED';
  override readonly name = 'NodeStopped';
  readonly kind: StopKind;
  constructor(kind: StopKind, options?: ErrorOptions) {
    super(`the node has stopped (${kind}): ask again when it has recovered`, options);
    this.kind = kind;
  }
}

/** The log holds something of a room that this build does not have. */
export class UnknownRoom extends Error {
  readonly code = 'NODE_UNKNOWN_ROOM';
  override readonly name = 'UnknownRoom';
  readonly room: string;
  readonly path: string;
  /** Of the record, or of the last one that the snapshot covers. */
  readonly lsn: number;
  constructor(room: string, path: string, lsn: number) {
    super(
      `${path} holds at LSN ${lsn} what belongs to "${room}", which this build does not know: nothing was changed; start the build that wrote it`,
    );
    this.room = room;
    this.path = path;
    this.lsn = lsn;
  }
}

/** The log holds something, undamaged, of a kind or a schema that this build does not know. */
export class UnknownSchema extends Error {
  readonly code = 'NODE_UNKNOWN_SCHEMA';
  override readonly name = 'UnknownSchema';
  readonly path: string;
  /** Of the record, or of the last one that the snapshot covers. */
  readonly lsn: number;
  constructor(path: string, lsn: number, cause: CodecError) {
    const what = cause instanceof ShapeError ? `${cause.path} is ${cause.found}` : cause.message;
    super(
      `${path} holds at LSN ${lsn} what this build does not understand (${what}): nothing was changed; start the build that wrote it`,
      { cause },
    );
    this.path = path;
    this.lsn = lsn;
  }
}

/** Two commands of one batch are for the same room: the second would be decided without what the first changes. */
export class RoomTwice extends Error {
  readonly code = 'NODE_ROOM_TWICE';
  override readonly name = 'RoomTwice';
  constructor() {
    super('a batch has two commands for one room: give them one after the other');
  }
}

/** No workflow of this name was given to the node. */
export class UnknownWorkflow extends Error {
  readonly code = 'NODE_UNKNOWN_WORKFLOW';
  override readonly name = 'UnknownWorkflow';
  readonly workflow: string;
  constructor(workflow: string) {
    super(`no workflow is called "${workflow}": give it to the node when it is opened`);
    this.workflow = workflow;
  }
}

/** As many operations are alive, or go on from results that are held, as there are places for results. */
export class EvidenceExhausted extends Error {
  readonly code = 'NODE_EVIDENCE_EXHAUSTED';
  override readonly name = 'EvidenceExhausted';
  readonly evidenceMax: number;
  constructor(evidenceMax: number) {
    super(`no place is left for another result (evidenceMax is ${evidenceMax}): wait for operations to end`);
    this.evidenceMax = evidenceMax;
  }
}

/** A part of what belongs to a living operation is missing: the log cannot be what this engine wrote. */
export class OperationLost extends Error {
  readonly code = 'NODE_OPERATION_LOST';
  override readonly name = 'OperationLost';
  readonly operationId: string;
  constructor(operationId: string, part: 'submission' | 'execution' | 'decision') {
    super(`operation \`${operationId}\` has no ${part}: keep the folder as it is and report this`);
    this.operationId = operationId;
  }
}
