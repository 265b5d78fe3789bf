import type { OpenPlan } from './open-plan.js';

/** Time is told by whoever drives the room; one from before the latest that was recorded counts as that. */
interface At {
  readonly atMs: number;
}

/** An edge as one names it from outside. `sid` must be that of the session that is meant. Flaw O15. */
export interface Edge {
  readonly sid: number;
  readonly from: string;
  readonly to: string;
}

export type SessionsCommand = OpenCommand | OwnerCommand | MessageCommand | ReapCommand;

/** The next sid is given. The same request id again is the same session, whatever has become of it. */
export interface OpenCommand extends At {
  readonly kind: 'open';
  readonly requestId: string;
  readonly sessionId: string;
  readonly plan: OpenPlan;
}

/**
 * What only an owner may do. It carries no authority: it is given in one batch with `use` of the room of ownership, and `sessionId` must be
 * that of the capability which is shown there.
 */
export type OwnerCommand = At & { readonly sid: number; readonly sessionId: string } & OwnerChange;

/** What an owner has done to a session. */
export type OwnerChange =
  | { readonly kind: 'bind_default_handler'; readonly handler: string }
  | { readonly kind: 'bind_edge_handler'; readonly edge: Edge; readonly handler: string }
  | { readonly kind: 'record_trace'; readonly edge: Edge; readonly trace: readonly string[] }
  /** Begins nothing new, lets what was sent be received, and closes then. */
  | { readonly kind: 'drain' }
  /** When nothing is on the way. */
  | { readonly kind: 'close' }
  /** Whatever is on the way is lost, and counted. */
  | { readonly kind: 'cancel' }
  | { readonly kind: 'fault'; readonly reason: string };

/** What the roles do. */
export type MessageCommand = At & { readonly sid: number; readonly from: string; readonly to: string } & (
    | { readonly kind: 'send'; readonly label: string; readonly payload: Uint8Array }
    /** Takes the oldest message. See `nextMessage` in `view.ts`. */
    | { readonly kind: 'receive' }
  );

/** Archives every session that has ended: of those that one ownership guards, or of all. */
export interface ReapCommand extends At {
  readonly kind: 'reap';
  /** Null for all. */
  readonly sessionId: string | null;
}
