import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgeRequired } from '../../../sim/campaign/judge-required.js';
import { decodeMutant, loadMutants } from '../../../sim/campaign/mutant.js';
import { type HuntEnd, type MutantVerdict, verdictOf } from '../../../sim/campaign/mutant-verdict.js';
import { readRequiredMutants } from '../../../sim/campaign/required-mutants.js';
import { temporaryFolder } from '../../temporary-folder.js';

const folder = join(import.meta.dirname, '../../../sim/campaign/mutants');

test('a gate wants every mutant of tier A killed, those of the harness too', () => {
  const known = loadMutants(folder).filter(({ tier }) => tier === 'A');
  expect(readRequiredMutants(folder).toSorted()).toEqual(known.map(({ id }) => id).toSorted());
});

test('a folder that lists none requires none, and a list of something else is refused', () => {
  const other = temporaryFolder();
  expect(readRequiredMutants(other)).toEqual([]);
  writeFileSync(join(other, 'required.json'), '{"ids": []}');
  expect(() => readRequiredMutants(other)).toThrow('is not a list of ids');
  writeFileSync(join(other, 'required.json'), '[');
  expect(() => readRequiredMutants(other)).toThrow('is not JSON');
});

const mutant = decodeMutant({
  id: 'T1',
  file: 'src/a.ts',
  find: 'a',
  replace: 'b',
  invariant: ['level'],
});

const killed = (by: string): HuntEnd => ({
  verdict: 'killed',
  seedsRun: 3,
  caught: { by, scenario: 'bay', seed: 2 },
  kills: [3],
});

function judge(end: HuntEnd | undefined): Omit<ReturnType<typeof judgeRequired>, 'killRates'> {
  const verdicts: readonly MutantVerdict[] = end === undefined ? [] : [verdictOf(mutant, end)];
  const { broken, unchecked } = judgeRequired(['T1'], [mutant], verdicts);
  return { broken, unchecked };
}

describe('a required mutant', () => {
  test('that an invariant kills is as it should be, expected or not', () => {
    expect(judge(killed('level'))).toEqual({ broken: [], unchecked: [] });
    expect(judge(killed('keel'))).toEqual({ broken: [], unchecked: [] });
  });

  test('that lives breaks the gate', () => {
    const lives = judge({ verdict: 'survived', seedsRun: 1000, diagnosis: 'no oracle' });
    expect(lives).toEqual({ broken: ['T1 lives: no oracle'], unchecked: [] });
  });

  test('that shows only as a failure of the harness breaks the gate', () => {
    const { broken } = judge(killed('same-tape-same-trace'));
    expect(broken).toEqual(['T1 is noticed only by a failure of the harness: same-tape-same-trace']);
  });

  test('that is stale, was not hunted, or has no file, leaves the gate unchecked', () => {
    const stale = judge({ verdict: 'stale', seedsRun: 0, note: 'its text is not there' });
    expect(stale).toEqual({ broken: [], unchecked: ['T1 is stale: its text is not there'] });
    expect(judge(undefined).unchecked).toEqual(['not hunted: T1']);
    const gone = judgeRequired(['T1', 'T2'], [mutant], [verdictOf(mutant, killed('level'))]);
    expect(gone.unchecked).toEqual(['T2 is required, and there is no such mutant']);
  });

  test('there must be one', () => {
    expect(judgeRequired([], [mutant], []).unchecked).toHaveLength(1);
  });
});

test('kill rates tell what was planted of all that is known', () => {
  const { killRates } = judgeRequired(['T1'], [mutant], [verdictOf(mutant, killed('level'))]);
  expect(killRates[0]).toEqual({ tier: 'A', planted: 1, killed: 1, known: 1 });
});
