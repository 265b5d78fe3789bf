/** How much one bulkhead lets through at once, and how many may wait for it. */
export interface BulkheadLimits {
  /** Permits in all, 1 at least. They are leave to run, and bring no threads. */
  readonly permitsMax: number;
  /** So many requests may wait, in order of arrival; 0: what cannot be admitted at once is refused. Never extra permits: flaw F21. */
  readonly waitingMax: number;
}

/** What a node is tuned for. Reference 1.11. */
export type SizingProfile = 'balanced' | 'latency' | 'throughput';

interface Sizing {
  readonly processorsPerPermit: number;
  readonly permitsMax: number;
}

const sizings: Readonly<Record<SizingProfile, Sizing>> = {
  balanced: { processorsPerPermit: 8, permitsMax: 8 },
  latency: { processorsPerPermit: 16, permitsMax: 4 },
  throughput: { processorsPerPermit: 4, permitsMax: 16 },
};

/** A limit, weight or time that no bulkhead can work with. */
export class InvalidBulkheadSetting extends Error {
  readonly code = 'REMOTE_INVALID_SETTING';
  override readonly name = 'InvalidBulkheadSetting';
  readonly setting: string;
  constructor(setting: string, value: number, min: number) {
    super(`${setting} is ${value}, not a whole number from ${min} on`);
    this.setting = setting;
  }
}

/**
 * How many permits a bulkhead has.
 *
 * @param parallelism - How many processors there are, as the caller was told: nothing here looks for itself.
 * @param configured - The most requests in flight; 0: the profile decides. Anything else counts as it is.
 * @throws {@link InvalidBulkheadSetting}
 */
export function permitsOf(profile: SizingProfile, parallelism: number, configured = 0): number {
  assertWhole('configured', configured, 0);
  assertWhole('parallelism', parallelism, 1);
  if (configured > 0) return configured;
  const { processorsPerPermit, permitsMax } = sizings[profile];
  return Math.min(permitsMax, Math.max(1, Math.floor(parallelism / processorsPerPermit)));
}

/** @throws {@link InvalidBulkheadSetting} */
export function assertBulkheadLimits({ permitsMax, waitingMax }: BulkheadLimits): void {
  assertWhole('permitsMax', permitsMax, 1);
  assertWhole('waitingMax', waitingMax, 0);
}

/** @throws {@link InvalidBulkheadSetting} */
export function assertWhole(setting: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min) throw new InvalidBulkheadSetting(setting, value, min);
}
