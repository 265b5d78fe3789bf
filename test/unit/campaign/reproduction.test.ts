import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeReproduction,
  encodeReproduction,
  type Reproduction,
  ReproductionError,
} from '../../../sim/campaign/reproduction.js';

const sample: Reproduction = {
  build: '0.1.0+abc',
  scenario: 'leaky',
  scenarioSchema: 1,
  parameters: { profile: 'crashy', schedule: 'pct:3' },
  seed: 42,
  choices: [
    { label: 'wave', occurrence: 10, value: 3 },
    { label: 'wave', occurrence: 2, value: 1 },
    { label: 'disk', occurrence: 0, value: 7 },
  ],
  fingerprint: '00ff',
  invariant: 'level',
  subject: 'hull',
  message: 'a "wave"\ncame over',
  command: 'npx seaworthy replay 42 --scenario leaky',
  afterFix: { misfits: 0, unused: 3 },
};

function codeOf(text: string): string {
  try {
    decodeReproduction(text);
  } catch (error) {
    if (error instanceof ReproductionError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'decoded';
}

test('what is written is read back, with its choices in order', () => {
  const { choices, ...rest } = decodeReproduction(encodeReproduction(sample));
  expect(rest).toEqual({ ...sample, choices: undefined });
  expect(choices.map(({ label, occurrence }) => `${label}/${occurrence}`)).toEqual([
    'disk/0',
    'wave/2',
    'wave/10',
  ]);
});

test('any choices are read back', () => {
  const choice = fc.record({
    label: fc.string(),
    occurrence: fc.nat(),
    value: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  });
  const choices = fc.uniqueArray(choice, { selector: ({ label, occurrence }) => `${label}\n${occurrence}` });
  fc.assert(
    fc.property(choices, (drawn) => {
      const read = decodeReproduction(encodeReproduction({ ...sample, choices: drawn })).choices;
      expect(new Set(read.map((one) => JSON.stringify(one)))).toEqual(
        new Set(drawn.map((one) => JSON.stringify(one))),
      );
    }),
  );
});

test('one choice stands on one line, so that a diff shows which ones went away', () => {
  const lines = encodeReproduction(sample).split('\n');
  expect(lines).toContain('    ["wave",2,1],');
  expect(lines).toContain('    ["wave",10,3]');
});

test('the same failure is written the same, byte for byte, whatever the order of its choices', () => {
  const reversed = { ...sample, choices: sample.choices.toReversed() };
  expect(encodeReproduction(reversed)).toBe(encodeReproduction(sample));
});

test('a file cut off anywhere is damaged', () => {
  const text = encodeReproduction(sample).trimEnd();
  for (let length = 0; length < text.length; length += 1) {
    expect(codeOf(text.slice(0, length))).toMatch(/^REPRODUCTION_DAMAGED: it is damaged: /);
  }
});

test('a file of another version of the format is told apart from a damaged one', () => {
  const text = encodeReproduction(sample).replace('reproduction.v1', 'reproduction.v2');
  expect(codeOf(text)).toMatch(/^REPRODUCTION_SCHEMA: .*v2.*this build reads "seaworthy.reproduction.v1"/);
});

test.each([
  ['a benign choice', '["wave",2,0]'],
  ['a negative value', '["wave",2,-1]'],
  ['a fraction', '["wave",2,0.5]'],
  ['a label that is no text', '[2,2,1]'],
  ['a choice without a value', '["wave",2]'],
  ['no choice at all', 'null'],
  ['the place of another choice', '["disk",0,1]'],
])('%s among the choices is damage', (_, written) => {
  const text = encodeReproduction(sample).replace('["wave",2,1]', written);
  expect(codeOf(text)).toMatch(/^REPRODUCTION_DAMAGED: .*"choices" must be/);
});

test.each(['build', 'scenario', 'seed', 'fingerprint', 'invariant', 'command'])(
  'a file without its %s is damaged',
  (field) => {
    const text = encodeReproduction(sample).replace(`"${field}"`, '"other"');
    expect(codeOf(text)).toMatch(new RegExp(`^REPRODUCTION_DAMAGED: .*"${field}" must be`));
  },
);
