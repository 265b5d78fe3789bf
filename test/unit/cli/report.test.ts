import { expect, test } from 'vitest';
import { durationText, grouped } from '../../../sim/report/figures.js';
import { mutantsText } from '../../../sim/report/mutants-text.js';
import { plainPaint } from '../../../sim/report/paint.js';
import { progressText } from '../../../sim/report/progress.js';
import { tableText } from '../../../sim/report/table.js';
import { traceLine } from '../../../sim/report/trace-line.js';

test('numbers are grouped the same in every locale', () => {
  expect([0, 999, 1000, 1234567.8].map(grouped)).toEqual(['0', '999', '1,000', '1,234,568']);
});

test('durations are read at a glance', () => {
  expect([400, 12_000, 59_949, 200_000, 7_500_000].map(durationText)).toEqual([
    '0.4 s',
    '12.0 s',
    '59.9 s',
    '3 m 20 s',
    '2 h 05 m',
  ]);
});

test('columns align, and colours do not count as width', () => {
  const columns = [
    { heading: 'name', align: 'left' },
    { heading: 'n', align: 'right' },
  ] as const;
  const rows = [
    ['\u001b[31mab\u001b[39m', '1'],
    ['abcdef', '1,000'],
  ];
  expect(tableText(columns, rows)).toBe(
    ['name        n', '\u001b[31mab\u001b[39m          1', 'abcdef  1,000'].join('\n'),
  );
});

test('an event is one line, whatever its fields hold', () => {
  const event = {
    kind: 'client.answered',
    node: 'client-1',
    ok: true,
    text: 'a\nb c',
    path: 'log/1',
    empty: '',
  };
  expect(traceLine({ index: 7, atMs: 12, event })).toBe(
    String.raw`#7 t=12 client-1 client.answered ok=true text="a\nb c" path=log/1 empty=""`,
  );
});

test('progress tells the time that is left by whichever bound is nearer', () => {
  const progress = { runs: 500, failures: 1 };
  expect(progressText(progress, 1000, { runs: 1000, durationMs: Infinity })).toBe(
    '500 runs  500 runs/s  1 failure  1.0 s left',
  );
  expect(progressText(progress, 1000, { runs: 1e9, durationMs: 60_000 })).toContain('59.0 s left');
  expect(progressText({ runs: 0, failures: 0 }, 0, { runs: 10, durationMs: Infinity })).not.toContain('left');
});

test('the kill table ends in the kill rate', () => {
  const killed = {
    id: 'W1',
    title: 'ack before fsync',
    file: 'src/log/x.ts',
    tier: 'A',
    required: true,
    invariant: ['acked-durable'],
    verdict: 'killed',
    by: 'acked-durable',
    scenario: 'storm',
    seed: 3,
    seedsToKill: 4,
    kills: [4, 1, 90, 2],
    seedsRun: 97,
    diagnosis: null,
    note: null,
  } as const;
  const survived = {
    ...killed,
    id: 'W2',
    verdict: 'survived',
    by: null,
    kills: [],
    diagnosis: 'no oracle',
    note: 'worker lost',
  } as const;
  const lines = mutantsText([killed, survived], plainPaint).trimEnd().split('\n');
  expect(lines.at(-1)).toBe('1 of 2 killed');
  expect(lines).toContain('W2: worker lost');
  expect(lines.find((line) => line.startsWith('W1'))).toContain(' 2, 90 ');
  expect(lines.find((line) => line.startsWith('W2'))).toContain('survived: no oracle');
});
