import type { CursorFault, CursorName } from './cursors.js';
import type { OperationStatus } from './status.js';
import type { OperationAction } from './transition.js';

/** Why a command was refused. Nothing was recorded, and the registry is as it was. */
export type OperationsRefusal =
  | UnknownOperation
  | InvalidInput
  | RegistrationConflict
  | InvalidTransition
  | PeerNotExpected
  | AlreadyPeerReady
  | MaxConcurrentExceeded
  | OwnerTerminated
  | DuplicateWaitOperation
  | WaitConflict
  | UnknownWait
  | InvalidWaitTransition
  | WaitLimitReached
  | CursorOutOfRange;

export class UnknownOperation extends Error {
  readonly code = 'OPERATIONS_UNKNOWN_OPERATION';
  override readonly name = 'UnknownOperation';
  readonly operationId: string;
  constructor(operationId: string) {
    super(`operation \`${operationId}\` is not known`);
    this.operationId = operationId;
  }
}

/** The command cannot be meant, such as a time that is no time, or a source without a name. */
export class InvalidInput extends Error {
  readonly code = 'OPERATIONS_INVALID_INPUT';
  override readonly name = 'InvalidInput';
  readonly action: string;
  readonly reason: string;
  constructor(action: string, reason: string) {
    super(`${action}: ${reason}`);
    this.action = action;
    this.reason = reason;
  }
}

/** The id was registered before, as something else or with another input. The same answer before and after eviction. */
export class RegistrationConflict extends Error {
  readonly code = 'OPERATIONS_REGISTRATION_CONFLICT';
  override readonly name = 'RegistrationConflict';
  readonly operationId: string;
  readonly differs: 'input' | 'spec';
  /** The status of what holds the id. */
  readonly status: OperationStatus;
  constructor(operationId: string, differs: 'input' | 'spec', status: OperationStatus) {
    super(`operation \`${operationId}\` is registered with another ${differs} and is ${status}`);
    this.operationId = operationId;
    this.differs = differs;
    this.status = status;
  }
}

/** What was asked is not possible in the operation's status. Whether that matters, `isIdempotentRejection` says. */
export class InvalidTransition extends Error {
  readonly code = 'OPERATIONS_INVALID_TRANSITION';
  override readonly name = 'InvalidTransition';
  readonly operationId: string;
  readonly status: OperationStatus;
  readonly action: OperationAction;
  constructor(operationId: string, status: OperationStatus, action: OperationAction) {
    super(`operation \`${operationId}\` is ${status}: ${action} is not possible`);
    this.operationId = operationId;
    this.status = status;
    this.action = action;
  }
}

export class PeerNotExpected extends Error {
  readonly code = 'OPERATIONS_PEER_NOT_EXPECTED';
  override readonly name = 'PeerNotExpected';
  readonly operationId: string;
  constructor(operationId: string) {
    super(`operation \`${operationId}\` is of a kind that has no peer`);
    this.operationId = operationId;
  }
}

/** The peer was announced before, under another handle. */
export class AlreadyPeerReady extends Error {
  readonly code = 'OPERATIONS_ALREADY_PEER_READY';
  override readonly name = 'AlreadyPeerReady';
  readonly operationId: string;
  constructor(operationId: string) {
    super(`operation \`${operationId}\` has its peer under another handle`);
    this.operationId = operationId;
  }
}

export class MaxConcurrentExceeded extends Error {
  readonly code = 'OPERATIONS_MAX_CONCURRENT_EXCEEDED';
  override readonly name = 'MaxConcurrentExceeded';
  readonly limit: number;
  readonly active: number;
  constructor(limit: number, active: number) {
    super(`${active} operations are alive, and ${limit} may be`);
    this.limit = limit;
    this.active = active;
  }
}

/** The session was terminated: it gets no new operations. */
export class OwnerTerminated extends Error {
  readonly code = 'OPERATIONS_OWNER_TERMINATED';
  override readonly name = 'OwnerTerminated';
  readonly ownerSessionId: string;
  constructor(ownerSessionId: string) {
    super(`session \`${ownerSessionId}\` was terminated`);
    this.ownerSessionId = ownerSessionId;
  }
}

export class DuplicateWaitOperation extends Error {
  readonly code = 'OPERATIONS_DUPLICATE_WAIT_OPERATION';
  override readonly name = 'DuplicateWaitOperation';
  readonly operationId: string;
  constructor(operationId: string) {
    super(`operation \`${operationId}\` is named twice in one wait`);
    this.operationId = operationId;
  }
}

/** The request id stands for a wait for other operations, or for these in another order. */
export class WaitConflict extends Error {
  readonly code = 'OPERATIONS_WAIT_CONFLICT';
  override readonly name = 'WaitConflict';
  readonly requestId: string;
  constructor(requestId: string) {
    super(`wait \`${requestId}\` is for other operations`);
    this.requestId = requestId;
  }
}

/** There is no such wait: never opened, or closed. */
export class UnknownWait extends Error {
  readonly code = 'OPERATIONS_UNKNOWN_WAIT';
  override readonly name = 'UnknownWait';
  readonly requestId: string;
  constructor(requestId: string) {
    super(`wait \`${requestId}\` is not known`);
    this.requestId = requestId;
  }
}

/** An open wait cannot be acknowledged, and a satisfied one not cancelled: its answers are owed. */
export class InvalidWaitTransition extends Error {
  readonly code = 'OPERATIONS_INVALID_WAIT_TRANSITION';
  override readonly name = 'InvalidWaitTransition';
  readonly requestId: string;
  readonly status: 'open' | 'satisfied';
  constructor(requestId: string, status: 'open' | 'satisfied', action: string) {
    super(`wait \`${requestId}\` is ${status}: ${action} is not possible`);
    this.requestId = requestId;
    this.status = status;
  }
}

export class WaitLimitReached extends Error {
  readonly code = 'OPERATIONS_WAIT_LIMIT_REACHED';
  override readonly name = 'WaitLimitReached';
  readonly limited: 'barriers' | 'members';
  readonly max: number;
  constructor(limited: 'barriers' | 'members', max: number) {
    super(limited === 'barriers' ? `${max} waits are held already` : `a wait has ${max} members at most`);
    this.limited = limited;
    this.max = max;
  }
}

/** No cursor may stand above the watermark, nor `injected` above `observed`. */
export class CursorOutOfRange extends Error {
  readonly code = 'OPERATIONS_CURSOR_OUT_OF_RANGE';
  override readonly name = 'CursorOutOfRange';
  readonly cursor: CursorName;
  readonly seq: number;
  /** The highest position that the cursor could have taken. */
  readonly maxSeq: number;
  constructor({ cursor, seq, maxSeq }: CursorFault) {
    super(`cursor ${cursor} cannot stand at ${seq}, above ${maxSeq}`);
    this.cursor = cursor;
    this.seq = seq;
    this.maxSeq = maxSeq;
  }
}
