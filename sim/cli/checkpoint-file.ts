import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CampaignState } from '../campaign/campaign.js';
import {
  type CampaignOrders,
  type Checkpoint,
  CheckpointError,
  CheckpointForeign,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../campaign/checkpoint.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import { writeErrorOf } from '../campaign/write-error.js';
import { printNotice } from './terminal.js';
import { UsageError } from './usage-error.js';

/** No sooner than so long after the last one, and no sooner than so many times as long as that one took: it costs below 1 %. */
const everyMs = 100;
const sparseness = 100;

/** The checkpoint of the campaign that was sailed into a folder; undefined when there was none. @throws UsageError */
export function readCheckpoint(folder: string): Checkpoint | undefined {
  const path = checkpointPath(folder);
  if (!existsSync(path)) return undefined;
  try {
    return decodeCheckpoint(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be gone on with: ${reason}.${adviceOn(error)}`, { cause: error });
  }
}

function adviceOn(error: unknown): string {
  if (error instanceof CheckpointError) return ' It is kept; sail into another folder (--output).';
  return error instanceof CheckpointForeign ? ' Go on with that version, or begin a new campaign.' : '';
}

/**
 * The campaign in a folder that another one is to take the place of. One of another version does not count, since nothing here could go on with
 * it: it is told.
 *
 * @throws UsageError
 */
export function checkpointLeftIn(folder: string): Checkpoint | undefined {
  try {
    return readCheckpoint(folder);
  } catch (error) {
    if (!(error instanceof UsageError) || !(error.cause instanceof CheckpointForeign)) throw error;
    printNotice(`seaworthy: a campaign of another version in ${folder} is given up for this one`);
    return undefined;
  }
}

/** Keeps the checkpoint of a campaign in its folder, while the campaign sails and when it has ended. */
export class CheckpointKeeper {
  readonly #path: string;
  readonly #orders: CampaignOrders;
  readonly #workers: number;
  readonly #startedMs = performance.now();
  readonly #spentBeforeMs: number;
  #nextMs = 0;
  #writeError: string | undefined;

  constructor(folder: string, orders: CampaignOrders, workers: number, spentBeforeMs: number) {
    this.#path = checkpointPath(folder);
    this.#orders = orders;
    this.#workers = workers;
    this.#spentBeforeMs = spentBeforeMs;
  }

  /** Time that was spent on the campaign so far, over all processes. */
  get wallMs(): number {
    return this.#spentBeforeMs + Math.round(performance.now() - this.#startedMs);
  }

  /** Why the last one could not be written. */
  get writeErrors(): readonly string[] {
    return this.#writeError === undefined ? [] : [this.#writeError];
  }

  /** Keeps how far it is, when it is time to. */
  keepNowAndThen(state: CampaignState): void {
    if (performance.now() >= this.#nextMs) this.keep(state, 'sailing');
  }

  /** Keeps how far it is. A disk that fails ends no campaign: the last checkpoint that is there still holds. */
  keep(state: CampaignState, stage: Checkpoint['stage'], ended: Checkpoint['ended'] = 'stopped'): void {
    const startedMs = performance.now();
    const [orders, workers, wallMs] = [this.#orders, this.#workers, this.wallMs];
    const text = encodeCheckpoint({ orders, workers, wallMs, state, stage, ended });
    this.#writeError = writeErrorOf(() => writeAtomically(this.#path, text));
    const nowMs = performance.now();
    this.#nextMs = nowMs + Math.max(everyMs, sparseness * (nowMs - startedMs));
  }
}

function checkpointPath(folder: string): string {
  return join(folder, 'checkpoint.json');
}
