/** How a session stands. The last three are ends: none is ever changed into another. Flaw O4. */
export type SessionStatus =
  | { readonly kind: 'active' }
  /** On its way to be closed, once every message was received. */
  | { readonly kind: 'draining' }
  | EndedStatus;

export type EndedStatus =
  | { readonly kind: 'closed' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'faulted'; readonly reason: string };

export function isEnded(status: SessionStatus): status is EndedStatus {
  return status.kind !== 'active' && status.kind !== 'draining';
}

export function describeStatus(status: SessionStatus): string {
  return status.kind === 'faulted' ? `faulted: ${status.reason}` : status.kind;
}
