import { type HeldLease, mayAct } from '../ownership/lease.js';
import type { Clock, Milliseconds } from '../runtime/clock.js';

/** Numbers that no lease has. Flaw F36. */
export class InvalidLease extends Error {
  readonly code = 'REMOTE_INVALID_LEASE';
  override readonly name = 'InvalidLease';
}

/**
 * A lease as its holder uses it, by its own monotonic clock alone, with the margin taken off: no time of anybody else comes in. Once it has
 * ended it has, whatever it is given later. Flaws F30 and F31; mutants L2, L4 and L5.
 */
export class LeaseHandle {
  readonly #clock: Clock;
  #held: HeldLease;
  #hasEnded = false;

  /** @throws {@link InvalidLease} on a lease of no time, or of numbers that are none. */
  constructor(clock: Clock, held: HeldLease) {
    assertLease(held);
    this.#clock = clock;
    this.#held = held;
  }

  /** From this very moment on nothing may begin, and what runs has lost its permit. */
  get endMs(): Milliseconds {
    return endOf(this.#held);
  }

  /** Whether an act may begin now. To be asked anew after every wait. Mutant O2. */
  isLive(): boolean {
    if (!mayAct(this.#held, this.#clock.monotonicMs())) this.#hasEnded = true;
    return !this.#hasEnded;
  }

  /**
   * Takes what a renewal granted; an answer that ends earlier than what is held already changes nothing. False when the lease ended
   * before: then a renewal comes too late, also at the very end.
   *
   * @throws {@link InvalidLease} as the constructor.
   */
  renew(held: HeldLease): boolean {
    assertLease(held);
    if (!this.isLive()) return false;
    if (endOf(held) > this.endMs) this.#held = held;
    return true;
  }
}

function endOf({ requestedAtMonotonicMs, grantedForMs, marginMs }: HeldLease): Milliseconds {
  return requestedAtMonotonicMs + grantedForMs - marginMs;
}

function assertLease({ requestedAtMonotonicMs, grantedForMs, marginMs }: HeldLease): void {
  const areWhole = [requestedAtMonotonicMs, grantedForMs, marginMs].every(
    (each) => Number.isSafeInteger(each) && each >= 0,
  );
  if (!areWhole || grantedForMs === 0) {
    throw new InvalidLease(
      `no lease: ${grantedForMs} ms from ${requestedAtMonotonicMs} on, ${marginMs} ms less`,
    );
  }
}
