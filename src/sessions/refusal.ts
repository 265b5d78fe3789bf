import type { Direction } from './open-plan.js';
import type { OutOfProtocol } from './out-of-protocol.js';
import { describeStatus, type EndedStatus } from './status.js';

/**
 * Why a command was refused. Nothing was recorded.
 *
 * | code | meaning |
 * |---|---|
 * | `SESSION_OUT_OF_PROTOCOL` | the role may not do this now; the refusal says what it may do |
 * | `SESSION_NO_BUFFER` | the protocol has no such edge |
 * | `SESSION_NOTHING_TO_RECEIVE` | no message waits on the edge |
 * | `SESSION_BUFFER_FULL` | the edge takes no more: wait until one was received |
 * | `SESSION_OUT_OF_ORDER` | the edge is at another place of its sequence |
 * | `SESSION_DRAINING` | nothing new is begun any more |
 * | `SESSION_NOT_DRAINED` | messages are on the way: drain, or cancel |
 * | `SESSION_TERMINAL` | the session has ended, and how |
 * | `SESSION_NOT_FOUND` | it was never opened, or has been forgotten |
 * | `SESSION_NOT_OF_OWNER` | it is guarded by another ownership |
 * | `SESSION_FOREIGN_EDGE` | the edge is of another session |
 * | `SESSION_REQUEST_CONFLICT` | the request has opened another session |
 * | `SESSION_LIMIT_REACHED` | no room |
 * | `SESSION_INVALID_COMMAND` | the command cannot be meant |
 */
export type SessionsRefusal =
  | OutOfProtocol
  | NoBuffer
  | NothingToReceive
  | BufferFull
  | OutOfOrder
  | Draining
  | NotDrained
  | Terminal
  | SessionNotFound
  | NotOfOwner
  | ForeignEdge
  | RequestConflict
  | LimitReached
  | InvalidCommand;

export class NoBuffer extends Error {
  readonly code = 'SESSION_NO_BUFFER';
  override readonly name = 'NoBuffer';
  constructor({ from, to }: Direction) {
    super(`no buffer for edge ${from} -> ${to}`);
  }
}

export class NothingToReceive extends Error {
  readonly code = 'SESSION_NOTHING_TO_RECEIVE';
  override readonly name = 'NothingToReceive';
  constructor({ from, to }: Direction) {
    super(`nothing waits on ${from} -> ${to}`);
  }
}

export class BufferFull extends Error {
  readonly code = 'SESSION_BUFFER_FULL';
  override readonly name = 'BufferFull';
  /** What a sender is to do: to wait, since nothing is ever dropped. */
  readonly policy = 'block';
  constructor({ from, to }: Direction, messagesMax: number) {
    super(`${from} -> ${to} holds ${messagesMax} messages`);
  }
}

export class OutOfOrder extends Error {
  readonly code = 'SESSION_OUT_OF_ORDER';
  override readonly name = 'OutOfOrder';
  constructor({ from, to }: Direction, position: number, next: number) {
    super(`place ${position} of ${from} -> ${to} is not the next one, which is ${next}, nor the same again`);
  }
}

export class Draining extends Error {
  readonly code = 'SESSION_DRAINING';
  override readonly name = 'Draining';
  constructor(role: string) {
    super(`\`${role}\` has nothing left to take, and begins nothing new: the session is draining`);
  }
}

export class NotDrained extends Error {
  readonly code = 'SESSION_NOT_DRAINED';
  override readonly name = 'NotDrained';
  readonly messages: number;
  constructor(messages: number) {
    super(`${messages} messages are on the way`);
    this.messages = messages;
  }
}

export class Terminal extends Error {
  readonly code = 'SESSION_TERMINAL';
  override readonly name = 'Terminal';
  readonly status: EndedStatus;
  constructor(sid: number, status: EndedStatus) {
    super(`session ${sid} has ended: ${describeStatus(status)}`);
    this.status = status;
  }
}

export class SessionNotFound extends Error {
  readonly code = 'SESSION_NOT_FOUND';
  override readonly name = 'SessionNotFound';
  constructor(sid: number) {
    super(`session ${sid} is not known`);
  }
}

export class NotOfOwner extends Error {
  readonly code = 'SESSION_NOT_OF_OWNER';
  override readonly name = 'NotOfOwner';
  constructor(sid: number, sessionId: string) {
    super(`session ${sid} is not guarded by the ownership of \`${sessionId}\``);
  }
}

export class ForeignEdge extends Error {
  readonly code = 'SESSION_FOREIGN_EDGE';
  override readonly name = 'ForeignEdge';
  constructor(sid: number, edgeSid: number) {
    super(`an edge of session ${edgeSid} was shown for session ${sid}`);
  }
}

export class RequestConflict extends Error {
  readonly code = 'SESSION_REQUEST_CONFLICT';
  override readonly name = 'RequestConflict';
  readonly sid: number;
  constructor(requestId: string, sid: number) {
    super(`request \`${requestId}\` has opened session ${sid}, which is another`);
    this.sid = sid;
  }
}

export class LimitReached extends Error {
  readonly code = 'SESSION_LIMIT_REACHED';
  override readonly name = 'LimitReached';
  constructor(sessionsMax: number) {
    super(`sessionsMax is reached: ${sessionsMax}`);
  }
}

export class InvalidCommand extends Error {
  readonly code = 'SESSION_INVALID_COMMAND';
  override readonly name = 'InvalidCommand';
  constructor(act: string, fault: string) {
    super(`${act}: ${fault}`);
  }
}
