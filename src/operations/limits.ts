/** How much the registry holds. What is configured now counts, also for what was recorded under other limits. */
export interface OperationsLimits {
  /** So many ended operations are held, 1 at least; beyond that, only those that somebody waits for. */
  readonly completedMax: number;
  /** So many operations may be alive at once, of whichever kind; null: any number. */
  readonly concurrentMax: number | null;
  /** So many evicted operations, and so many terminated owners, are remembered; 1 at least. */
  readonly tombstonesMax: number;
}

/** So many wait-all barriers may be held at once: open, or satisfied and not yet acknowledged. */
export const barriersMax = 1024;

/** So many operations may one barrier wait for. */
export const barrierMembersMax = 4096;

/** A limit that no registry can have. */
export class InvalidLimit extends Error {
  readonly code = 'OPERATIONS_INVALID_LIMIT';
  override readonly name = 'InvalidLimit';
  constructor(limit: keyof OperationsLimits, value: number, min: number) {
    super(`${limit} is ${value}, not a whole number from ${min} on`);
  }
}

/** @throws {@link InvalidLimit} */
export function assertLimits({ completedMax, concurrentMax, tombstonesMax }: OperationsLimits): void {
  assertLimit('completedMax', completedMax, 1);
  assertLimit('concurrentMax', concurrentMax ?? 0, 0);
  assertLimit('tombstonesMax', tombstonesMax, 1);
}

function assertLimit(limit: keyof OperationsLimits, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min) throw new InvalidLimit(limit, value, min);
}
