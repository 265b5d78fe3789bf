import { expect, test } from 'vitest';
import { canary } from '../../scenarios/canary.js';
import { scenarios } from '../../scenarios/index.js';
import { asRecord } from '../../sim/campaign/json-fields.js';
import { sail, type Verdict } from '../../sim/kernel/voyage.js';
import type { Ended } from './cli-harness.js';
import { commandLine } from './command-line.js';

const { run } = commandLine('real');

function fuzz(...args: readonly string[]): Promise<Ended> {
  const one = ['fuzz', '--scenario', 'log-crash-storm', '--seed', '1', '--seeds', '1', '--workers', '1'];
  return run([...one, ...args]);
}

test('four in five of its runs fail, all in the way that is meant, so that 16 of them miss it in one of 10^11 builds', async () => {
  const verdicts: Verdict[] = [];
  for (let seed = 0; seed < 400; seed += 1) verdicts.push(await sail(canary, { seed }));
  const failed = verdicts.filter(({ violation }) => violation?.invariant === canary.invariants[0]);
  expect(failed.length).toBeGreaterThan(0.8 * verdicts.length);
  const others = verdicts.filter((verdict) => !failed.includes(verdict));
  expect(others.map(({ end }) => end)).toEqual(others.map(() => 'idle'));
});

test('every campaign finds it, one without faults too, and counts it nowhere', async () => {
  for (const flags of [[], ['--profile', 'calm']]) {
    const { code, stdout } = await fuzz('--json', ...flags);
    expect(code).toBe(0);
    const document = asRecord(JSON.parse(stdout)) ?? {};
    expect(document).toMatchObject({ canary: { runs: 1, seed: 0 }, runs: 1, failures: [] });
    expect(JSON.stringify(document['scenarios'])).not.toContain('canary');
  }
  expect(scenarios.map(({ name }) => name)).not.toContain(canary.name);
}, 60_000);

// No loss of what was not synced; judges that are shown nothing; failures that are dropped; runs that are not of their seed.
test.each(['H1', 'H7', 'H9', 'H4'])(
  'a simulator with the bug %s lets it pass, and is caught',
  async (mutant) => {
    const { code, stdout, stderr } = await fuzz('--mutant', mutant, '--json');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/seaworthy: the canary is silent: [^\n]+ see sim\/campaign\/README\.md\n$/);
  },
  60_000,
);
