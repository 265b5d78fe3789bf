import type { CountTable, FaultTable } from './campaign-document.js';
import type { ExitCode } from './exit-code.js';
import type { SeedRange } from './tally.js';

export const certificateSchema = 'seaworthy.certificate.v1';

/** What a release gate asks, in the order in which it asks. */
export const gateParts = ['regressions', 'seeds', 'sweep', 'determinism', 'mutants'] as const;

export type GatePartName = (typeof gateParts)[number];

/** The answer to one question. Only `holds` is good enough. */
export interface GatePart {
  readonly name: GatePartName;
  /** One line: what was done. */
  readonly done: string;
  /** What is wrong, a line each, with the command that shows it where there is one. */
  readonly broken: readonly string[];
  /** What could not be checked, a line each. */
  readonly unchecked: readonly string[];
  /** Whether the harness itself failed, which puts everything in doubt. */
  readonly harnessFault: boolean;
  readonly wallMs: number;
}

export type PartVerdict = 'holds' | 'broken' | 'unchecked';

/** The figures of one scenario: fresh seeds, and those of the campaigns that were accepted as evidence. */
export interface CertifiedScenario {
  readonly name: string;
  readonly schema: number;
  readonly runs: number;
  readonly seeds: readonly SeedRange[];
  /** At 95 %, at most this share of runs drawn as these were fails. Null when one did, or none was sailed. */
  readonly failureShareMax: number | null;
  /** Checks by invariant. */
  readonly invariants: CountTable;
  readonly faults: FaultTable;
}

export interface CertifiedSweep {
  readonly scenario: string;
  readonly points: number;
  readonly runs: number;
  /** Points at which not all legal states of the disk were sailed. */
  readonly cutPoints: number;
}

/** How many planted bugs of one tier were found. */
export interface KillRate {
  readonly tier: string;
  readonly planted: number;
  readonly killed: number;
  /** All that the repository has of this tier. */
  readonly known: number;
}

/** A campaign of the same build that was sailed before. */
export interface Evidence {
  readonly folder: string;
  readonly runs: number;
  readonly shard: string;
}

/** What the parts of a gate bring to its certificate. */
export interface CertificateFigures {
  readonly evidence: readonly Evidence[];
  readonly scenarios: readonly CertifiedScenario[];
  readonly sweep: readonly CertifiedSweep[];
  /** Runs that were sailed twice, and compared, besides those that a campaign samples by itself. */
  readonly runsSailedTwice: number;
  readonly regressions: number;
  readonly killRates: readonly KillRate[];
}

/** What a gate answers, as `--json` prints it and as `certificate.json` keeps it. It holds no time of day. */
export interface Certificate extends CertificateFigures {
  readonly schema: typeof certificateSchema;
  readonly build: string;
  readonly mutant: string | null;
  readonly verdict: 'seaworthy' | 'not seaworthy';
  readonly firstSeed: number;
  /** The line that asks the same again. */
  readonly command: string;
  readonly parts: readonly (GatePart & { readonly verdict: PartVerdict })[];
  /** Over all scenarios: fired, and changed something. */
  readonly faults: FaultTable;
  /** Over all scenarios: how often each invariant was checked. */
  readonly invariants: CountTable;
  /** What no gate of this size can say. */
  readonly limits: readonly string[];
  readonly wallMs: number;
  readonly exit: ExitCode;
}
