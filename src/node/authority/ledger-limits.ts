/** How much the ledger holds. Looked at when something is decided, never when it is folded. */
export interface LedgerLimits {
  /** So many operations may be open at once, 1 at least; more are refused. */
  readonly openMax: number;
  /** So many settled operations are known, 1 at least: within this horizon nobody gives their ids to anything else. */
  readonly settledMax: number;
  /** So many of them, the latest, are known with how exactly they ended; 1 at least. Of older ones a tombstone is left. */
  readonly factsMax: number;
}

/** The most bytes of a reason. */
export const reasonBytesMax = 65_536;

/** So many open operations of an ended session are settled in one batch. */
export const abortedAtOnceMax = 64;

/** A limit that no ledger can have. */
export class InvalidLedgerLimit extends Error {
  readonly code = 'LEDGER_INVALID_LIMIT';
  override readonly name = 'InvalidLedgerLimit';
  constructor(limit: keyof LedgerLimits, value: number, max: number) {
    super(`${limit} is ${value}, not a whole number from 1 to ${max}`);
  }
}

/** @throws {@link InvalidLedgerLimit} */
export function assertLedgerLimits({ openMax, settledMax, factsMax }: LedgerLimits): void {
  assertLimit('openMax', openMax, Number.MAX_SAFE_INTEGER);
  assertLimit('settledMax', settledMax, Number.MAX_SAFE_INTEGER);
  assertLimit('factsMax', factsMax, settledMax);
}

function assertLimit(limit: keyof LedgerLimits, value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > max)
    throw new InvalidLedgerLimit(limit, value, max);
}
