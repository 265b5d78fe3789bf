import type { VoyageParameters } from '../kernel/parameters.js';
import type { RecordedEvent } from '../trace/event.js';
import type { CausalChain } from './causal-chain.js';
import type { CoverageFigures } from './coverage.js';
import type { CanaryReport } from './judge-canary.js';
import type { ExitCode } from './exit-code.js';
import type { ShrunkReport } from './keep-shrunk.js';
import type { SeedRange } from './tally.js';
import type { WorkEnding } from './work-ending.js';

export const campaignSchema = 'seaworthy.campaign.v1';

/** How often a fault kind struck, and how often that changed bytes, order or an outcome. */
export interface FaultFigures {
  readonly fired: number;
  readonly effective: number;
}

export type FaultTable = Readonly<Record<string, FaultFigures>>;
export type CountTable = Readonly<Record<string, number>>;

/** What a campaign came to: the whole result, as `--json` prints it and as `campaign.json` keeps it. Text is rendered from it. */
export interface CampaignDocument {
  readonly schema: typeof campaignSchema;
  readonly build: string;
  readonly mutant: string | null;
  readonly parameters: VoyageParameters;
  readonly firstSeed: number;
  /** Seeds for each scenario, over all shards together; null when only time bounded it. */
  readonly seedsEach: number | null;
  /** `i/n`, 1-based. */
  readonly shard: string;
  readonly workers: number;
  /** The failure that is meant to happen was found before all else, and counts in nothing. */
  readonly canary: CanaryReport;
  readonly scenarios: readonly ScenarioFigures[];
  readonly runs: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly faults: FaultTable;
  /** Checks by invariant. */
  readonly invariants: CountTable;
  readonly sometimes: CountTable;
  /** Distinct failures, by scenario, then invariant, then seed. */
  readonly failures: readonly FailureReport[];
  readonly inconclusive: readonly InconclusiveReport[];
  /** What was not seen and may be so by chance. All of a scenario under a profile or schedule of its own. */
  readonly undecided: readonly UndecidedReport[];
  readonly lost: LostReport | null;
  /** Why a result could not be written. */
  readonly writeErrors: readonly string[];
  readonly combinedFingerprint: string;
  readonly ended: WorkEnding;
  readonly exit: ExitCode;
}

/** The figures of one scenario. */
export interface ScenarioFigures {
  readonly name: string;
  readonly schema: number;
  readonly runs: number;
  readonly events: number;
  readonly virtualMs: number;
  /** Real time, summed over workers. */
  readonly workerMs: number;
  readonly seeds: readonly SeedRange[];
  /** Which share of all orders was walked, 1 when none is left; null when the seeds are not orders. */
  readonly orderShare: number | null;
  readonly faults: FaultTable;
  readonly invariants: CountTable;
  readonly sometimes: CountTable;
  readonly coverage: CoverageFigures;
  /** In how many runs each of these was seen: a fault changed something, an invariant was checked, a `sometimes` happened. */
  readonly seenIn: CountTable;
}

/** What a scenario declares and too few runs were to see. */
export interface UndecidedReport {
  readonly scenario: string;
  readonly subjects: readonly string[];
  /** From so many runs on, none of them is undecided. */
  readonly decidedFromRuns: number;
}

/** One distinct failure: the shortest run that violated its invariant in its way. */
export interface FailureReport {
  /** Short and stable: two failures that have the same are one. See `failureIdentity`. */
  readonly identity: string;
  readonly invariant: string;
  /** Where it was seen, and what was going on there: see `stateLabel`. */
  readonly state: string;
  readonly scenario: string;
  /** The seed that fails so after the fewest events; of no-dead-knob, the first seed of the campaign. */
  readonly seed: number;
  /** How many runs failed so, of any scenario. */
  readonly count: number;
  readonly subject: string;
  readonly message: string;
  readonly fingerprint: string | null;
  /** Index of the last event of the run. */
  readonly event: number | null;
  readonly atMs: number | null;
  readonly lastEvents: readonly RecordedEvent[];
  /** The one line to paste. */
  readonly command: string;
  /** The reproduction file. */
  readonly file: string | null;
  /** Null when it was not shrunk: it has no tape of its own, or there was no time. */
  readonly shrunk: ShrunkReport | null;
  /** How its smallest known run came to fail. Null when none was sailed with everything recorded. */
  readonly chain: CausalChain | null;
}

/** Runs of one scenario that a limit cut. */
export interface InconclusiveReport {
  readonly scenario: string;
  readonly seed: number;
  readonly count: number;
  readonly end: string;
  readonly command: string;
}

/** The worker that ended the campaign by dying or hanging. */
export interface LostReport {
  readonly scenario: string;
  readonly seed: number | null;
  readonly reason: string;
  readonly command: string | null;
}
