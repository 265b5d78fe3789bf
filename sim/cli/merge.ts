import { resolve } from 'node:path';
import { canary } from '../../scenarios/canary.js';
import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { resumeCommand } from '../campaign/invocation.js';
import { judgeCanary } from '../campaign/judge-canary.js';
import { mergeShards, type ShardFolder, ShardsForeign, ShardsMissing } from '../campaign/merge-shards.js';
import { counted } from '../report/figures.js';
import { campaignText } from '../report/campaign-text.js';
import { CheckpointKeeper, checkpointLeftIn, readCheckpoint } from './checkpoint-file.js';
import { parseCommand, resultOptions } from './options.js';
import { checkOutputFolder } from './output-folder.js';
import { fitOutAgain, requestOf } from './resume.js';
import { concludeCampaign } from './sail-campaign.js';
import { workerOptions } from './ship.js';
import { StopSignals } from './stop-signals.js';
import { paintResult, printNotice, printResult } from './terminal.js';
import { UsageError } from './usage-error.js';
import { parseWorkers } from './values.js';

export const mergeCommand = {
  name: 'merge',
  summary: 'Adds the shards of a campaign up, and proves that they have sailed each of its seeds once.',
  operands: '<folder>...',
  options: {
    ...resultOptions,
  },
  example: 'seaworthy merge shard-1 shard-2 shard-3 shard-4 --output .seaworthy',
} as const;

/** Runs `seaworthy merge`. */
export async function merge(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseCommand(mergeCommand, args);
  const outputFolder = values.output ?? '.seaworthy';
  refuseOverwriting(outputFolder, positionals);
  const shards = positionals.map(readShard);
  const [first] = shards;
  if (first === undefined) {
    throw new UsageError('merge takes the folders of all shards: seaworthy merge DIR DIR... --output DIR');
  }
  const ship = await fitOutAgain(first.checkpoint, first.folder);
  try {
    const { orders, result } = mergeShards(shards, (folder) => resumeCommand(ship.invocation, folder));
    checkOutputFolder(outputFolder);
    printNotice(
      `seaworthy: ${counted(shards.length, 'shard')}, all that there are, and no seed is there twice`,
    );
    const workers = parseWorkers(undefined);
    const request = requestOf({ ...first.checkpoint, orders }, outputFolder, workers);
    const keeper = new CheckpointKeeper(outputFolder, orders, workers, result.wallMs);
    const signals = new StopSignals();
    try {
      const found = await judgeCanary(canary, workerOptions(ship));
      const document = await concludeCampaign(request, ship, result, found, keeper, signals);
      printResult(
        values.json === true ? `${JSON.stringify(document, null, 2)}\n` : campaignText(document, paintResult),
      );
      return document.exit;
    } finally {
      signals.close();
    }
  } catch (error) {
    if (error instanceof ShardsForeign) throw new UsageError(error.message, { cause: error });
    if (!(error instanceof ShardsMissing)) throw error;
    for (const gap of error.gaps) printNotice(`seaworthy: ${gap}`);
    return exitCode.inconclusive;
  }
}

function readShard(folder: string): ShardFolder {
  const checkpoint = readCheckpoint(folder);
  if (checkpoint !== undefined) return { folder, checkpoint };
  throw new UsageError(`There is no campaign in ${folder}: seaworthy fuzz --shard i/n --output ${folder}`);
}

function refuseOverwriting(outputFolder: string, folders: readonly string[]): void {
  if (folders.some((folder) => resolve(folder) === resolve(outputFolder))) {
    throw new UsageError(`${outputFolder} is one of the shards: choose another --output.`);
  }
  const left = checkpointLeftIn(outputFolder);
  if (left === undefined || left.stage === 'told') return;
  throw new UsageError(`There is an unfinished campaign in ${outputFolder}: choose another --output.`);
}
