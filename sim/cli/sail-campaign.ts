import { join } from 'node:path';
import { type CampaignProgress, type CampaignResult, runCampaign } from '../campaign/campaign.js';
import type { CampaignDocument } from '../campaign/campaign-document.js';
import type { Confirmation, Suspect } from '../campaign/confirm.js';
import { describeCampaign } from '../campaign/describe-campaign.js';
import { exitCode } from '../campaign/exit-code.js';
import { type Judgement, judgeCampaign } from '../campaign/judge-campaign.js';
import { type SeedPlan, seedsEachOfShard } from '../campaign/seed-plan.js';
import { WorkerLostError, WorkerThread } from '../campaign/worker-thread.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import type { Scenario } from '../kernel/voyage.js';
import { progressText } from '../report/progress.js';
import { ProgressLine } from './progress-line.js';
import { type Ship, workerOptions } from './ship.js';
import { shrinkWithProgress } from './shrink-with-progress.js';
import { StopSignals } from './stop-signals.js';
import { printNotice } from './terminal.js';

/** All failures of a campaign together are shrunk for so long; `seaworthy shrink` goes on. */
const shrinkingMaxMs = 60_000;
/** And each with so many trials. */
const shrinkingTrialsMax = 5000;

/** What a campaign is to do. */
export interface CampaignRequest {
  readonly scenarios: readonly Scenario[];
  readonly plan: SeedPlan;
  /** Infinity when only seeds bound it. */
  readonly durationMs: number;
  readonly workers: number;
  readonly bail: boolean;
  /** Makes what it finds small. */
  readonly shrinks: boolean;
  readonly mutant: string | undefined;
  readonly outputFolder: string;
}

/** Sails a campaign, judges it, and keeps its document. */
export async function sailCampaign(request: CampaignRequest, ship: Ship): Promise<CampaignDocument> {
  const { plan, scenarios, workers, durationMs, mutant } = request;
  const signals = new StopSignals();
  printNotice(`seaworthy ${ship.build}: ${scenarios.length} scenarios from seed ${plan.firstSeed} on`);
  const deadline = durationMs === Infinity ? [] : [AbortSignal.timeout(durationMs)];
  const goalRuns = seedsEachOfShard(plan) * scenarios.length;
  let state: CampaignProgress = { runs: 0, failures: 0 };
  const progress = new ProgressLine((elapsedMs) =>
    progressText(state, elapsedMs, { runs: goalRuns, durationMs }),
  );
  try {
    const result = await runCampaign(plan, {
      ...workerOptions(ship),
      workers,
      bail: request.bail,
      signal: AbortSignal.any([signals.signal, ...deadline]),
      onProgress: (latest) => {
        state = latest;
      },
    });
    progress.end();
    const judgement = await judge(request, ship, result, signals);
    const context = { ...ship, mutant, workers, stoppedBy: signals.received };
    return keepDocument(request, describeCampaign(scenarios, plan, result, judgement, context));
  } finally {
    progress.end();
    signals.close();
  }
}

async function judge(
  request: CampaignRequest,
  ship: Ship,
  result: CampaignResult,
  signals: StopSignals,
): Promise<Judgement> {
  let shrinkingMs = 0;
  return judgeCampaign(request.scenarios, request.plan, result, {
    ...ship,
    outputFolder: request.outputFolder,
    confirm: (scenario, suspect) => confirmAfresh(ship, scenario, suspect),
    shrink: async (scenario, choices) => {
      const leftMs = shrinkingMaxMs - shrinkingMs;
      if (!request.shrinks || signals.received !== undefined || leftMs <= 0) return undefined;
      const startedMs = performance.now();
      const source = { choices };
      const small = await shrinkWithProgress(scenario, source, ship, signals.signal, {
        workers: request.workers,
        trialsMax: shrinkingTrialsMax,
        durationMs: leftMs,
      });
      shrinkingMs += performance.now() - startedMs;
      return 'smallest' in small ? small : undefined;
    },
    write: writeAtomically,
  });
}

/** Each failure gets a worker that has sailed nothing yet, so that what leaks from run to run cannot help to reproduce it. */
async function confirmAfresh(ship: Ship, scenario: string, suspect: Suspect): Promise<Confirmation> {
  const worker = new WorkerThread(workerOptions(ship));
  try {
    return await worker.confirm(scenario, suspect);
  } catch (error) {
    if (!(error instanceof WorkerLostError)) throw error;
    return { reproduced: false, message: error.message };
  } finally {
    await worker.close();
  }
}

/** Writes `campaign.json`. When that fails, the document itself still reaches the caller, and says so. */
function keepDocument(request: CampaignRequest, document: CampaignDocument): CampaignDocument {
  const path = join(request.outputFolder, 'campaign.json');
  try {
    writeAtomically(path, `${JSON.stringify(document, null, 2)}\n`);
    return document;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const { exit } = document;
    return {
      ...document,
      writeErrors: [...document.writeErrors, `cannot write ${path}: ${reason}`],
      exit: exit === exitCode.interrupted || exit === exitCode.terminated ? exit : exitCode.harnessFault,
    };
  }
}
