import type { RecordedEvent } from '../trace/event.js';
import type { CausalChain } from './causal-chain.js';
import type { ExitCode } from './exit-code.js';
import type { WorkEnding } from './work-ending.js';
import type { SweepPoint, SweepTally } from './sweep-tally.js';

export const sweepSchema = 'seaworthy.sweep.v1';

/** What a sweep came to: the whole result, as `--json` prints it and as `sweep.json` keeps it. Text is rendered from it. */
export interface SweepDocument {
  readonly schema: typeof sweepSchema;
  readonly build: string;
  readonly mutant: string | null;
  readonly depth: 1 | 2;
  readonly workers: number;
  readonly scenarios: readonly SweptScenario[];
  readonly runs: number;
  readonly wallMs: number;
  /** Distinct failures, by scenario, then invariant. */
  readonly failures: readonly SweepFailureReport[];
  /** Why a worker was lost. */
  readonly lost: string | null;
  readonly writeErrors: readonly string[];
  readonly ended: WorkEnding;
  readonly exit: ExitCode;
}

/** The figures of one scenario. */
export interface SweptScenario extends Omit<SweepTally, 'failures'> {
  readonly name: string;
  /**
   * How many times as many events a sweep would take that sails every run to its end: those that share their state with another are ended
   * at their crash.
   */
  readonly timesNaive: number;
}

/** One distinct failure: the first run of its scenario that violated its invariant. */
export interface SweepFailureReport {
  /** See `failureIdentity`: its run is not shrunk. */
  readonly identity: string;
  readonly invariant: string;
  /** Where it was seen, and what was going on there: see `stateLabel`. '' when it does not come back. */
  readonly state: string;
  readonly scenario: string;
  readonly subject: string;
  readonly message: string;
  readonly fingerprint: string;
  /** Null when it fails without any crash. */
  readonly point: SweepPoint | null;
  /** How many runs failed so. */
  readonly count: number;
  readonly lastEvents: readonly RecordedEvent[];
  /** How the run came to fail. Null when it does not come back. */
  readonly chain: CausalChain | null;
  /** The one line to paste. Null when it does not come back, or could not be kept. */
  readonly command: string | null;
  /** The reproduction file. */
  readonly file: string | null;
}
