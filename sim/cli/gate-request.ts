import type { CampaignFindings } from '../campaign/campaign-findings.js';
import type { CertificateFigures, GatePart, GatePartName } from '../campaign/certificate.js';
import type { Mutant } from '../campaign/mutant.js';
import type { Scenario } from '../kernel/voyage.js';
import type { Package } from './package-root.js';
import type { Ship } from './ship.js';
import type { StopSignal } from './stop-signals.js';

/** A campaign of the same build that counts as evidence. */
export interface GivenCampaign {
  readonly folder: string;
  readonly findings: CampaignFindings;
}

/** What a gate is to ask, and of which ship. */
export interface GateRequest {
  readonly home: Package;
  readonly ship: Ship;
  readonly parts: readonly GatePartName[];
  readonly scenarios: readonly Scenario[];
  readonly firstSeed: number;
  /** At least so many for each scenario. */
  readonly seedsEach: number;
  /** Infinity when only seeds bound it. */
  readonly durationMs: number;
  readonly evidence: readonly GivenCampaign[];
  readonly workers: number;
  readonly bail: boolean;
  /** The mutant that the ship sails with. */
  readonly planted: Mutant | undefined;
  readonly mutants: readonly Mutant[];
  /** Ids of those that must be killed. */
  readonly required: readonly string[];
  /** Where its own campaigns, sweeps and failures are kept. */
  readonly outputFolder: string;
}

/** What one part of a gate came to. */
export interface PartResult {
  readonly part: Omit<GatePart, 'name' | 'wallMs'>;
  readonly figures: Partial<CertificateFigures>;
  readonly stoppedBy: StopSignal | undefined;
  readonly knobsJudged?: number;
}
