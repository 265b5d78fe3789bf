import type { CancellationWitness } from './capability.js';

/** What becomes of a session whose owner is lost: nobody owns it again, or anybody may claim it in the next generation. */
export const ownerLossPolicies = ['fail_closed', 'claimable'] as const;
export type OwnerLossPolicy = (typeof ownerLossPolicies)[number];

/** Why nobody will own a session again. */
export type TerminalReason =
  | { readonly kind: 'closed'; readonly ownerId: string }
  | { readonly kind: 'owner_died'; readonly ownerId: string }
  | { readonly kind: 'transfer_abandoned'; readonly ownerId: string; readonly claimId: number }
  | {
      readonly kind: 'transfer_commit_failed';
      readonly ownerId: string;
      readonly claimId: number;
      readonly reason: string;
    };

/** The end of a session: decided once, and never another. */
export interface Ending {
  readonly reason: TerminalReason;
  /** There is one for each end. Flaw O17. */
  readonly witness: CancellationWitness;
  readonly atMs: number;
}

export type EndedStatus = 'closed' | 'cancelled' | 'faulted';

export function endedStatus({ kind }: TerminalReason): EndedStatus {
  switch (kind) {
    case 'closed':
      return 'closed';
    case 'transfer_abandoned':
      return 'cancelled';
    case 'owner_died':
    case 'transfer_commit_failed':
      return 'faulted';
  }
}

export function describeReason(reason: TerminalReason): string {
  switch (reason.kind) {
    case 'closed':
      return `session closed by \`${reason.ownerId}\``;
    case 'owner_died':
      return `ownership owner \`${reason.ownerId}\` died`;
    case 'transfer_abandoned':
      return `ownership transfer ${reason.claimId} abandoned by \`${reason.ownerId}\``;
    case 'transfer_commit_failed':
      return `ownership transfer commit failed: ${reason.reason}`;
  }
}
