import { scenarios as allScenarios } from '../../scenarios/index.js';
import { type CampaignFindings, findingsOf } from '../campaign/campaign-findings.js';
import { exitCode } from '../campaign/exit-code.js';
import { CanarySilent } from '../campaign/judge-canary.js';
import { judgeSeeds } from '../campaign/judge-seeds.js';
import { counted } from '../report/figures.js';
import type { GateRequest, PartResult } from './gate-request.js';
import { sailCampaign } from './sail-campaign.js';
import { signalOf } from './stop-signals.js';

/** Sails fresh seeds of all scenarios. Where something was not seen that should be, and no time is set, more of that scenario. */
export async function checkSeeds(request: GateRequest): Promise<PartResult> {
  try {
    return await sailSeeds(request);
  } catch (error) {
    if (!(error instanceof CanarySilent)) throw error;
    const part = { done: 'sailed nothing', broken: [error.message], unchecked: [], harnessFault: true };
    return { part, figures: {}, stoppedBy: undefined };
  }
}

async function sailSeeds(request: GateRequest): Promise<PartResult> {
  const { scenarios, seedsEach, durationMs, evidence } = request;
  const given = evidence.map(({ findings }) => findings);
  const sailed: CampaignFindings[] = [];
  let { firstSeed } = request;
  let wanted = scenarios;
  for (;;) {
    const plan = {
      scenarios: wanted.map(({ name }) => name),
      firstSeed,
      seedsEach,
      shard: { index: 0, of: 1 },
    };
    const { workers, bail, outputFolder } = request;
    const document = await sailCampaign(
      {
        scenarios: wanted,
        plan,
        durationMs,
        workers,
        bail,
        shrinks: !bail,
        mutant: request.planted?.id,
        mutantFolder: undefined,
        outputFolder,
        begun: undefined,
      },
      request.ship,
    );
    sailed.push(findingsOf(document));
    firstSeed += seedsEach;
    const judgement = judgeSeeds(allScenarios, [...given, ...sailed]);
    wanted = scenarios.filter(({ name }) => judgement.undecided.includes(name));
    const isEnough = document.exit !== exitCode.clean || (bail && judgement.broken.length > 0);
    if (!isEnough && wanted.length > 0 && durationMs === Infinity) continue;
    const runs = sailed.reduce((sum, campaign) => sum + campaign.runs, 0);
    const before = given.reduce((sum, campaign) => sum + campaign.runs, 0);
    const { broken, unchecked, harnessFault, knobsJudged } = judgement;
    const withThose =
      before === 0 ? '' : `, and ${counted(before, 'run')} of ${counted(given.length, 'earlier campaign')}`;
    const done = `sailed ${counted(runs, 'fresh run')} of ${counted(scenarios.length, 'scenario')}${withThose}`;
    return {
      part: { done, broken, unchecked, harnessFault },
      figures: { scenarios: judgement.scenarios },
      stoppedBy: signalOf(document.exit),
      knobsJudged,
    };
  }
}
