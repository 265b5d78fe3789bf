/** For how long a capability is good, by the clock of the authority alone. */
export interface Lease {
  readonly issuedAtMs: number;
  readonly ttlMs: number;
}

/** From this very moment on the lease is expired. Mutant L1. */
export function expiresAtMs({ issuedAtMs, ttlMs }: Lease): number {
  return issuedAtMs + ttlMs;
}

export function isExpired(lease: Lease, atMs: number): boolean {
  return atMs >= expiresAtMs(lease);
}

/** How long a lease is good from when a request for it began: what its holder is told. Both times are those of the authority. */
export function grantedForMs(lease: Lease, requestedAtMs: number): number {
  return expiresAtMs(lease) - requestedAtMs;
}

/**
 * The same lease as its holder sees it, by its own monotonic clock: no time of the authority is ever compared with it (mutant L2). It
 * lives in memory only, since that clock means nothing in another life.
 */
export interface HeldLease {
  /** When the request that was answered with the lease was sent: the authority cannot have counted from before that. */
  readonly requestedAtMonotonicMs: number;
  readonly grantedForMs: number;
  /** How long before the end the holder stops: what its clock may lag behind within one lease, and what an act takes to land. */
  readonly marginMs: number;
}

/** Whether the holder may still begin an act. To be asked anew after every wait. Mutant O2. */
export function mayAct(held: HeldLease, nowMonotonicMs: number): boolean {
  return nowMonotonicMs < held.requestedAtMonotonicMs + held.grantedForMs - held.marginMs;
}
