import type { OpenPlan } from './open-plan.js';
import type { SessionStatus } from './status.js';

/** What is recorded about sessions. */
export type SessionsEntry = SessionEntry | BookkeepingEntry;

/** What changes one session. */
export type SessionEntry = { readonly sid: number; readonly atMs: number } & (
  | {
      readonly kind: 'opened';
      readonly sessionId: string;
      readonly requestId: string;
      readonly plan: OpenPlan;
    }
  | {
      readonly kind: 'sent';
      readonly from: string;
      readonly to: string;
      readonly label: string;
      readonly payload: Uint8Array;
    }
  | { readonly kind: 'received'; readonly from: string; readonly to: string; readonly label: string }
  | { readonly kind: 'default_handler_bound'; readonly handler: string }
  | {
      readonly kind: 'edge_handler_bound';
      readonly from: string;
      readonly to: string;
      readonly handler: string;
    }
  | {
      readonly kind: 'trace_recorded';
      readonly from: string;
      readonly to: string;
      readonly trace: readonly string[];
    }
  | { readonly kind: 'status_changed'; readonly status: SessionStatus }
);

/** Where memory ends. */
export type BookkeepingEntry = { readonly sid: number; readonly atMs: number } & (
  { readonly kind: 'archived' } | { readonly kind: 'forgotten' }
);

/** What a probe is told: the kind of the entry that was recorded last. */
export const sessionStates = [
  'opened',
  'sent',
  'received',
  'default_handler_bound',
  'edge_handler_bound',
  'trace_recorded',
  'status_changed',
  'archived',
  'forgotten',
] as const satisfies readonly SessionsEntry['kind'][];
