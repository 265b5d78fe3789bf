import { join } from 'node:path';
import type { Scenario, Verdict } from '../kernel/voyage.js';
import type { NeededChoice } from './explain.js';
import { replayFileCommand } from './invocation.js';
import type { ShrunkFailure } from './shrink-failure.js';
import { type ReproductionWriter, writeReproduction } from './write-reproduction.js';

/** The size of a run. */
export interface RunSize {
  readonly choices: number;
  readonly events: number;
  readonly virtualMs: number;
}

/** A shrunk failure as it is told: how small it got, why each of its choices is there, and where it is kept. */
export interface ShrunkReport {
  readonly from: RunSize;
  readonly to: RunSize;
  readonly trials: number;
  /** False when the budget ended it: shrinking its file goes on from there. */
  readonly isMinimal: boolean;
  readonly needed: readonly NeededChoice[];
  readonly file: string;
  /** The one line that shows the small run again. */
  readonly command: string;
}

export interface KeepOptions extends ReproductionWriter {
  /** Where `failures/` is. */
  readonly outputFolder: string;
}

/** Writes the small reproduction, beside the one that it came from. */
export function keepShrunk(
  scenario: Scenario,
  seed: number,
  { original, smallest, violation, needed, trials, isMinimal }: ShrunkFailure,
  options: KeepOptions,
): ShrunkReport {
  const file = join(options.outputFolder, 'failures', `${scenario.name}-${seed}.small.json`);
  const command = replayFileCommand(options.invocation, file);
  writeReproduction(file, scenario, { seed, ...violation, command }, smallest, options);
  return { from: sizeOf(original), to: sizeOf(smallest), trials, isMinimal, needed, file, command };
}

function sizeOf({ choices, events, virtualMs }: Verdict): RunSize {
  return { choices: choices.length, events, virtualMs };
}
