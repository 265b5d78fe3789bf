import { join } from 'node:path';
import type { Scenario, Verdict } from '../kernel/voyage.js';
import type { NeededChoice } from './explain.js';
import { type Invocation, replayFileCommand } from './invocation.js';
import { encodeReproduction } from './reproduction.js';
import type { ShrunkFailure } from './shrink-failure.js';

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

export interface KeepOptions {
  readonly build: string;
  readonly invocation: Invocation;
  /** Where `failures/` is. */
  readonly outputFolder: string;
  readonly write: (path: string, text: string) => void;
}

/** Writes the small reproduction, beside the one that it came from. */
export function keepShrunk(
  scenario: Scenario,
  seed: number,
  { original, smallest, violation, needed, trials, isMinimal }: ShrunkFailure,
  { build, invocation, outputFolder, write }: KeepOptions,
): ShrunkReport {
  const file = join(outputFolder, 'failures', `${scenario.name}-${seed}.small.json`);
  const command = replayFileCommand(invocation, file);
  const { invariant, subject, message } = violation;
  const { fingerprint, choices } = smallest;
  const text = encodeReproduction({
    build,
    scenario: scenario.name,
    scenarioSchema: scenario.schema,
    parameters: invocation.parameters,
    seed,
    choices,
    fingerprint,
    invariant,
    subject,
    message,
    command,
  });
  write(file, text);
  return { from: sizeOf(original), to: sizeOf(smallest), trials, isMinimal, needed, file, command };
}

function sizeOf({ choices, events, virtualMs }: Verdict): RunSize {
  return { choices: choices.length, events, virtualMs };
}
