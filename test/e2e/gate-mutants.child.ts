import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asRecord } from '../../sim/campaign/json-fields.js';
import { loadMutants, type Mutant } from '../../sim/campaign/mutant.js';
import { readRequiredMutants } from '../../sim/campaign/required-mutants.js';
import { buildCommandLine, start } from './cli-harness.js';

// Takes an hour or two, so no test runs it. Asks the gate about every required mutant, or those named, and tells what breaks it:
//   npx esbuild test/e2e/gate-mutants.child.ts --bundle --packages=external --platform=node --format=esm --outfile=.reports/e2e/gate-mutants.mjs
//   node .reports/e2e/gate-mutants.mjs [ID...]
// Only the parts that may break are asked, and seeds of the scenarios in which the mutant can show: what breaks there breaks a whole gate.

const mutantsFolder = join(import.meta.dirname, '../../sim/campaign/mutants');

interface Answer {
  readonly code: number | null;
  readonly broken: readonly string[];
}

async function ask(mainPath: string, args: readonly string[]): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-gate-'));
  const { code, stdout, stderr } = await start(mainPath, ['gate', '--bail', '--json', ...args], folder).ended;
  rmSync(folder, { recursive: true });
  if (stdout === '') throw new Error(stderr);
  const { parts } = asRecord(JSON.parse(stdout)) ?? {};
  const broken = (Array.isArray(parts) ? parts : []).flatMap((part: unknown): readonly string[] => {
    const lines: unknown = asRecord(part)?.['broken'];
    return Array.isArray(lines)
      ? lines.map((line) => `${String(asRecord(part)?.['name'])}: ${String(line)}`)
      : [];
  });
  return { code, broken };
}

/** What breaks a gate of this mutant: what blinds the harness shows by the other mutants, all else by few seeds, by many, or elsewhere. */
async function whatBreaks(mainPath: string, { id, scenarios, blinds }: Mutant): Promise<Answer> {
  const base = ['--mutant', id, '--seed', '0', '--workers', '1'];
  const seeds = ['seeds', ...(scenarios.length === 0 ? [] : ['--scenario', scenarios.join(',')])];
  const others = [['mutants'], ['determinism'], ['regressions'], ['sweep']];
  const shown = [[...seeds, '--seeds', '100'], seeds];
  for (const part of blinds === undefined ? [...shown, ...others] : [...others, ...shown]) {
    const answer = await ask(mainPath, [...base, '--part', ...part]);
    if (answer.broken.length > 0) return answer;
  }
  return { code: 0, broken: [] };
}

const named = process.argv.slice(2);
const known = loadMutants(mutantsFolder);
const ids = named.length > 0 ? named : readRequiredMutants(mutantsFolder);
const mainPath = await buildCommandLine('real');
let missed = 0;
try {
  for (const id of ids) {
    const mutant = known.find((candidate) => candidate.id === id);
    if (mutant === undefined) throw new Error(`there is no mutant ${id}`);
    const startedMs = performance.now();
    const { code, broken } = await whatBreaks(mainPath, mutant);
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    if (broken.length === 0) missed += 1;
    process.stdout.write(`${id} exit ${code} ${seconds} s ${broken[0]?.slice(0, 160) ?? 'SEAWORTHY'}\n`);
  }
} finally {
  rmSync(dirname(mainPath), { recursive: true });
}
process.stdout.write(`${ids.length - missed} of ${ids.length} break the gate\n`);
process.exitCode = missed === 0 ? 0 : 1;
