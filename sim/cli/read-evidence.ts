import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CampaignFindings, findingsOf } from '../campaign/campaign-findings.js';
import { decodeCampaign } from '../campaign/decode-campaign.js';
import { seedsMeet } from '../campaign/seeds-meet.js';
import type { SeedRange } from '../campaign/tally.js';
import type { GivenCampaign } from './gate-request.js';
import { UsageError } from './usage-error.js';

/**
 * Campaigns that were sailed before, from their folders. They count only if they are of this very build, drawn as a gate draws, and no seed is
 * in two of them.
 *
 * @throws UsageError
 */
export function readEvidence(folders: readonly string[], build: string): readonly GivenCampaign[] {
  const given: GivenCampaign[] = [];
  for (const folder of folders) {
    const findings = readFindings(folder);
    if (findings.build !== build) {
      throw new UsageError(`${folder} (--with) is a campaign of build ${findings.build}; this is ${build}.`);
    }
    if (findings.hasParameters) {
      throw new UsageError(
        `${folder} (--with) was sailed under a profile or a schedule: it is no evidence for other runs.`,
      );
    }
    for (const before of given) {
      const twice = sharedScenario(before.findings, findings);
      if (twice === undefined) continue;
      throw new UsageError(
        `${before.folder} and ${folder} (--with) share seeds of ${twice}: they would be counted twice.`,
      );
    }
    given.push({ folder, findings });
  }
  return given;
}

/** Refuses a first seed whose seeds were sailed by a campaign that is given. @throws UsageError */
export function refuseKnownSeeds(given: readonly GivenCampaign[], fresh: SeedRange): void {
  for (const { folder, findings } of given) {
    const known = findings.scenarios.find(({ seeds }) => seeds.some((range) => seedsMeet(range, fresh)));
    if (known === undefined) continue;
    throw new UsageError(
      `${folder} (--with) has sailed seeds of ${known.name} from ${fresh.from} on: take another --seed.`,
    );
  }
}

function readFindings(folder: string): CampaignFindings {
  const path = join(folder, 'campaign.json');
  try {
    return findingsOf(decodeCampaign(readFileSync(path, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${path} is no campaign that can be counted: ${reason}`, { cause });
  }
}

function sharedScenario(one: CampaignFindings, other: CampaignFindings): string | undefined {
  const shared = one.scenarios.find(({ name, seeds }) => {
    const others = other.scenarios.find((scenario) => scenario.name === name)?.seeds ?? [];
    return seeds.some((range) => others.some((another) => seedsMeet(range, another)));
  });
  return shared?.name;
}
