import { availableParallelism } from 'node:os';
import { scenarios as allScenarios } from '../../scenarios/index.js';
import type { Checkpoint } from '../campaign/checkpoint.js';
import { readCheckpoint } from './checkpoint-file.js';
import type { CampaignRequest } from './sail-campaign.js';
import { selectScenarios } from './scenario-names.js';
import { fitOut, type Ship } from './ship.js';
import { UsageError } from './usage-error.js';

/** Flags that say nothing about what is sailed: these may differ when a campaign is gone on with. */
const freeFlags: ReadonlySet<string> = new Set(['resume', 'output', 'workers', 'json']);

/** What is left of the campaign in a folder. @throws UsageError when there is none, or not for this build. */
export async function takeUp(
  values: Readonly<Record<string, unknown>>,
  outputFolder: string,
  workers: number | undefined,
): Promise<{ readonly request: CampaignRequest; readonly ship: Ship }> {
  const [chosen] = Object.keys(values).filter((flag) => !freeFlags.has(flag));
  if (chosen !== undefined) {
    throw new UsageError(`--resume goes on with the campaign as it was begun: leave --${chosen} out.`);
  }
  const checkpoint = readCheckpoint(outputFolder);
  if (checkpoint === undefined || checkpoint.stage === 'told') {
    const why = checkpoint === undefined ? 'no campaign was begun there' : 'the campaign there has ended';
    throw new UsageError(`There is nothing to go on with in ${outputFolder}: ${why}. Leave --resume out.`);
  }
  const ship = await fitOutAgain(checkpoint, outputFolder);
  return { request: requestOf(checkpoint, outputFolder, workers ?? availableParallelism()), ship };
}

/** The same build again: another one would sail other runs. @throws UsageError */
export async function fitOutAgain({ orders }: Checkpoint, folder: string): Promise<Ship> {
  const ship = await fitOut({ mutant: orders.mutant, from: orders.mutantFolder }, orders.parameters);
  if (ship.build === orders.build) return ship;
  throw new UsageError(
    `The campaign in ${folder} was sailed by build ${orders.build}, and this is ${ship.build}: go on with that build, or begin a new campaign.`,
  );
}

/** @param workers - None of the results depends on them. */
export function requestOf(checkpoint: Checkpoint, outputFolder: string, workers: number): CampaignRequest {
  const { plan, durationMs, bail, mutant, mutantFolder } = checkpoint.orders;
  return {
    scenarios: selectScenarios(allScenarios, plan.scenarios),
    plan,
    durationMs,
    bail,
    shrinks: true,
    mutant,
    mutantFolder,
    workers,
    outputFolder,
    begun: checkpoint,
  };
}
