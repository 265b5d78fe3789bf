/** How much the room of ownership holds, and for how long. Looked at when something is decided, never when it is folded. */
export interface OwnershipLimits {
  /** So many sessions that have not been archived. */
  readonly sessionsMax: number;
  /** So many archived sessions are remembered; of older ones only that their generations are spent. */
  readonly archivedMax: number;
  /** So many audit records are held; older ones live on in a digest. 2 at least, since half of them go at once. */
  readonly auditRecordsMax: number;
  /** So many readiness witnesses of one session may wait to be consumed. */
  readonly witnessesMax: number;
  /** How long a lease lasts that is granted or renewed now. */
  readonly leaseTtlMs: number;
  /** How long the target of a transfer has to commit it. */
  readonly transferTtlMs: number;
}

const minima: OwnershipLimits = {
  sessionsMax: 1,
  archivedMax: 1,
  auditRecordsMax: 2,
  witnessesMax: 1,
  leaseTtlMs: 1,
  transferTtlMs: 1,
};

/** No time and no span may be longer, so that the sum of two is still a whole number that can be told from the next. */
export const timeMaxMs = 2 ** 52 - 1;

/** The most code units of a reason or of the name of an act. */
export const reasonLengthMax = 1024;

/** The most fragments of one scope. */
export const fragmentsMax = 64;

/** A limit that no room of ownership can have. */
export class InvalidLimit extends Error {
  readonly code = 'OWNERSHIP_INVALID_LIMIT';
  override readonly name = 'InvalidLimit';
  constructor(limit: keyof OwnershipLimits, value: number, min: number) {
    super(`${limit} is ${value}, not a whole number from ${min} to ${timeMaxMs}`);
  }
}

const names = [
  'sessionsMax',
  'archivedMax',
  'auditRecordsMax',
  'witnessesMax',
  'leaseTtlMs',
  'transferTtlMs',
] as const;

/** @throws {@link InvalidLimit} */
export function assertLimits(limits: OwnershipLimits): void {
  for (const name of names) {
    const value = limits[name];
    if (!Number.isSafeInteger(value) || value < minima[name] || value > timeMaxMs)
      throw new InvalidLimit(name, value, minima[name]);
  }
}
