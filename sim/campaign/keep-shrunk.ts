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
  /** How the small run fails. Where it began it may have been another client, or another operation, of the same kind. */
  readonly subject: string;
  readonly message: string;
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

/** Tells how small a failure got, and where {@link keepShrunk} keeps it: beside the file that it came from. */
export function describeShrunk(
  scenario: Scenario,
  seed: number,
  { original, smallest, violation, needed, trials, isMinimal }: ShrunkFailure,
  { outputFolder, invocation }: Pick<KeepOptions, 'outputFolder' | 'invocation'>,
): ShrunkReport {
  const { subject, message } = violation;
  const [from, to] = [sizeOf(original), sizeOf(smallest)];
  const file = join(outputFolder, 'failures', `${scenario.name}-${seed}.small.json`);
  const command = replayFileCommand(invocation, file);
  return { subject, message, from, to, trials, isMinimal, needed, file, command };
}

/** Writes the small reproduction. @throws WriteError */
export function keepShrunk(
  scenario: Scenario,
  seed: number,
  { smallest, violation }: ShrunkFailure,
  { file, command }: ShrunkReport,
  writer: ReproductionWriter,
): void {
  writeReproduction(file, scenario, { seed, ...violation, command }, smallest, writer);
}

function sizeOf({ choices, events, virtualMs }: Verdict): RunSize {
  return { choices: choices.length, events, virtualMs };
}
