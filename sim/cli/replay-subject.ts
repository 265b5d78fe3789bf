import { existsSync, readFileSync } from 'node:fs';
import { scenarios as allScenarios } from '../../scenarios/index.js';
import { decodeReproduction, type Reproduction, ReproductionError } from '../campaign/reproduction.js';
import type { VoyageParameters } from '../kernel/parameters.js';
import type { TapeSource } from '../kernel/tape.js';
import type { Scenario } from '../kernel/voyage.js';
import { readParameters } from './parameters.js';
import { findScenario } from './scenario-names.js';
import { UsageError } from './usage-error.js';
import { looksLikeSeed, parseSeedFlag } from './values.js';

/** What is to be sailed again. */
export interface ReplaySubject {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly source: TapeSource;
  /** Undefined when only a seed is known. */
  readonly reproduction: Reproduction | undefined;
}

/** Reads what `replay` and `shrink` take: a seed with its scenario, or a reproduction file. @throws UsageError */
export function readReplaySubject(
  command: string,
  [operand, surplus]: readonly string[],
  scenarioName: string | undefined,
): ReplaySubject {
  if (operand === undefined || surplus !== undefined) {
    throw new UsageError(`${command} takes one seed or one file. See: seaworthy ${command} --help`);
  }
  if (looksLikeSeed(operand)) {
    if (scenarioName === undefined) {
      throw new UsageError(`A seed needs its scenario: seaworthy ${command} ${operand} --scenario NAME`);
    }
    const seed = parseSeedFlag(operand);
    const scenario = findScenario(allScenarios, scenarioName);
    return { scenario, seed, source: { seed }, reproduction: undefined };
  }
  if (!existsSync(operand)) {
    throw new UsageError(
      `"${operand}" is neither a seed (a whole number, decimal or 0x) nor a file that exists.`,
    );
  }
  const reproduction = readReproduction(operand);
  const scenario = findScenario(allScenarios, reproduction.scenario);
  if (scenarioName !== undefined && scenarioName !== scenario.name) {
    throw new UsageError(`${operand} is of scenario ${scenario.name}: leave --scenario out.`);
  }
  if (reproduction.scenarioSchema !== scenario.schema) {
    const versions = `version ${reproduction.scenarioSchema} of ${scenario.name}, this build has ${scenario.schema}`;
    throw new UsageError(
      `${operand} is of ${versions}: replay it with the build that wrote it (${reproduction.build}).`,
    );
  }
  const { seed, choices } = reproduction;
  return { scenario, seed, source: { choices }, reproduction };
}

function readReproduction(path: string): Reproduction {
  try {
    return decodeReproduction(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const hint =
      cause instanceof ReproductionError && cause.code === 'REPRODUCTION_SCHEMA'
        ? 'Replay it with the build that wrote it.'
        : 'Write it anew: seaworthy fuzz.';
    throw new UsageError(`${path} cannot be replayed: ${reason}. ${hint}`, { cause });
  }
}

/**
 * How a subject is sailed: a file knows its own.
 *
 * @throws UsageError
 */
export function replayParameters({ reproduction }: ReplaySubject, given: VoyageParameters): VoyageParameters {
  if (reproduction === undefined) return given;
  if (Object.keys(given).length > 0) {
    throw new UsageError('A file says how it was sailed: leave --profile and --schedule out.');
  }
  return readParameters(reproduction.parameters);
}
