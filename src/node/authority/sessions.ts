import type { OwnershipCapability } from '../../ownership/capability.js';
import type { OwnerChange } from '../../sessions/command.js';
import type { Action } from '../../sessions/endpoint-type.js';
import type { OpenPlan } from '../../sessions/open-plan.js';
import type { Step } from '../../sessions/position.js';
import type { Message } from '../../sessions/state.js';
import type { SessionStatus } from '../../sessions/status.js';
import type { MemoryUsage } from '../../sessions/view.js';
import type { Answer } from './authority.js';

/** What one role does on one edge: which message of that edge it is, from 0 on, is part of it. */
export interface SessionStep extends Step {
  readonly sid: number;
}

/** How a protocol session stands, for whoever takes part in it. */
export interface SessionView {
  readonly sid: number;
  /** The session of the room of ownership that guards it. */
  readonly sessionId: string;
  readonly status: SessionStatus;
  /** Empty once it is archived. */
  readonly roles: readonly RoleView[];
  readonly edges: readonly EdgeView[];
}

export interface RoleView {
  readonly role: string;
  /** Nothing when its part is over. */
  readonly allowed: readonly Action[];
}

export interface EdgeView {
  readonly from: string;
  readonly to: string;
  /** The position of the next message to be sent. */
  readonly sent: number;
  /** The position of the next message to be received. */
  readonly received: number;
  /** That which is good for it; null for none. */
  readonly handler: string | null;
}

/**
 * The protocol sessions that the authority hosts: whose turn it is, what waits, and until when. Opening, changing and ending one needs the
 * capability of the session that guards it; sending and receiving do not, since the protocol says who may.
 *
 * Every call may be given again after it got lost: the same opening (request id), step (position) or end is the same one. A binding that is
 * given again is bound again. Each rejects as `Asker.ask` when no answer came.
 */
export interface Sessions {
  /** Gives the sid. */
  open(capability: OwnershipCapability, requestId: string, plan: OpenPlan): Promise<Answer<number>>;
  send(step: SessionStep, message: Message): Promise<Answer<null>>;
  /** Takes the message at that position, or tells it again if it was the last one that was taken there. */
  receive(step: SessionStep): Promise<Answer<Message>>;
  /** Tells how the session stands after it. */
  change(capability: OwnershipCapability, sid: number, change: OwnerChange): Promise<Answer<SessionStatus>>;
  /** Archives what has ended of that which the capability guards: from then on no step of it is told again. */
  reap(capability: OwnershipCapability): Promise<Answer<null>>;
  /** For everybody; null when it is not known. */
  view(sid: number): Promise<SessionView | null>;
  memoryUsage(): Promise<MemoryUsage>;
}
