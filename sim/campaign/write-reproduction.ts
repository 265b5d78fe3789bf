import type { Scenario, Verdict } from '../kernel/voyage.js';
import type { Invocation } from './invocation.js';
import { encodeReproduction, type Reproduction } from './reproduction.js';

/** Whose failure it is, and how a file of it is written. */
export interface ReproductionWriter {
  readonly build: string;
  readonly invocation: Invocation;
  /** @throws WriteError */
  readonly write: (path: string, text: string) => void;
}

/** Writes the reproduction file of a run that failed. @throws WriteError */
export function writeReproduction(
  file: string,
  scenario: Scenario,
  failure: Pick<Reproduction, 'seed' | 'invariant' | 'subject' | 'message' | 'command'>,
  { fingerprint, choices }: Verdict,
  { build, invocation, write }: ReproductionWriter,
): void {
  const { parameters } = invocation;
  const { name, schema } = scenario;
  const { seed, invariant, subject, message, command } = failure;
  const run = { build, scenario: name, scenarioSchema: schema, parameters, seed, choices, fingerprint };
  write(file, encodeReproduction({ ...run, invariant, subject, message, command }));
}
