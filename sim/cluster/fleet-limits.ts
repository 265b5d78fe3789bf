import type { LedgerLimits } from '../../src/node/authority/ledger-limits.js';

/** How much the nodes of a fleet hold. */
export interface FleetLimits {
  /** Ended operations, at each worker. */
  readonly completedMax: number;
  /** Results, at each worker: no more operations are open there. */
  readonly evidenceMax: number;
  /** Results of others that each worker stands for. */
  readonly witnessesMax: number;
  readonly ledger: LedgerLimits;
}

/** So that nothing is ever missing. */
export const plenty: FleetLimits = {
  completedMax: 64,
  evidenceMax: 256,
  witnessesMax: 64,
  ledger: { openMax: 64, settledMax: 1000, factsMax: 500 },
};

/** So that what has ended is pushed out while somebody still asks for it, results are forgotten, and takeovers find no room. */
const little: FleetLimits = {
  completedMax: 1,
  evidenceMax: 4,
  witnessesMax: 1,
  ledger: { openMax: 4, settledMax: 1000, factsMax: 2 },
};

export const fleetLimits: readonly [FleetLimits, FleetLimits] = [plenty, little];
