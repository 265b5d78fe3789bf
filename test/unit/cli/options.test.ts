import { expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../../sim/cli/did-you-mean.js';
import { fuzzCommand } from '../../../sim/cli/fuzz.js';
import { listCommand } from '../../../sim/cli/list.js';
import { mutantsCommand } from '../../../sim/cli/mutants.js';
import { asksForHelp, helpText, parseCommand } from '../../../sim/cli/options.js';
import { replayCommand } from '../../../sim/cli/replay.js';
import { parseUntil, selectEvents } from '../../../sim/cli/trace-filter.js';
import { UsageError } from '../../../sim/cli/usage-error.js';
import {
  looksLikeSeed,
  parseCount,
  parseDuration,
  parseSeedFlag,
  parseShard,
  splitNames,
} from '../../../sim/cli/values.js';

test('flags are parsed by their table', () => {
  const { values, positionals } = parseCommand(replayCommand, ['7', '--scenario', 'leaky', '--json']);
  expect(values).toMatchObject({ scenario: 'leaky', json: true });
  expect(positionals).toEqual(['7']);
});

test.each([
  [['--sede', '1'], 'Unknown flag --sede. Did you mean --seed?'],
  [['--quux'], 'Unknown flag --quux. See: seaworthy fuzz --help'],
  [['--seeds'], "Option '--seeds <value>' argument missing"],
  [['--bail=yes'], "Option '--bail' does not take an argument"],
  [['--seed', '-1'], "Option '--seed' argument is ambiguous."],
])('%j is a usage error of one line', (args, start) => {
  expect(() => parseCommand(fuzzCommand, args)).toThrow(UsageError);
  expect(() => parseCommand(fuzzCommand, args)).toThrow(start);
  expect(() => parseCommand(fuzzCommand, args)).toThrow(/^[^\n]*--help$/);
});

test('help is asked for by its flag, and no more forgiving of the others', () => {
  expect(asksForHelp(fuzzCommand, ['--seeds', '1', '-h'])).toBe(true);
  expect(asksForHelp(fuzzCommand, ['--seeds', '1'])).toBe(false);
  expect(() => asksForHelp(fuzzCommand, ['--sede', '--help'])).toThrow('Did you mean --seed?');
});

test.each([fuzzCommand, replayCommand, mutantsCommand, listCommand])(
  'the help of $name shows every flag and an example that its own table accepts',
  (command) => {
    const text = helpText(command);
    for (const flag of Object.keys(command.options)) expect(text).toContain(`--${flag}`);
    const [, name, ...args] = command.example.split(' ');
    expect(name).toBe(command.name);
    expect(() => parseCommand(command, args)).not.toThrow();
    expect(text).toContain(`Example: ${command.example}`);
  },
);

test('a near miss is named, a far one is not', () => {
  expect(didYouMean('fuz', ['fuzz', 'list'])).toBe(' Did you mean fuzz?');
  expect(didYouMean('nod', ['node-crash-storm'])).toBe(' Did you mean node-crash-storm?');
  expect(didYouMean('elephant', ['fuzz', 'list'])).toBe('');
  expect(editDistance('kitten', 'sitting')).toBe(3);
});

test('a seed is a whole number up to 2^53 - 1, decimal or hexadecimal, and exact', () => {
  expect(parseSeedFlag('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  expect(parseSeedFlag('0x10')).toBe(16);
  for (const text of ['', '1.5', '1e3', '-1', 'seven', '9007199254740992', '0x', ' 1']) {
    expect(() => parseSeedFlag(text)).toThrow(UsageError);
  }
  expect([looksLikeSeed('12'), looksLikeSeed('0xF'), looksLikeSeed('12.json')]).toEqual([true, true, false]);
});

test('a duration has a unit', () => {
  expect(['60s', '10m', '8h'].map((text) => parseDuration('--for', text))).toEqual([
    60_000, 600_000, 28_800_000,
  ]);
  for (const text of ['60', '0s', '5d', '1.5h', '600h', '']) {
    expect(() => parseDuration('--for', text)).toThrow(UsageError);
  }
});

test('a shard is 1-based and no larger than the whole', () => {
  expect(parseShard('2/8')).toEqual({ index: 1, of: 8 });
  for (const text of ['0/8', '9/8', '1', '1/0', 'a/b']) expect(() => parseShard(text)).toThrow(UsageError);
});

test('counts start at 1', () => {
  expect(parseCount('--seeds', '1000')).toBe(1000);
  for (const text of ['0', '-5', '1.5', 'ten', '1e3', '99999999999999999999']) {
    expect(() => parseCount('--seeds', text)).toThrow(UsageError);
  }
});

test('names may be repeated or joined by commas', () => {
  expect(splitNames(['a,b', 'c'])).toEqual(['a', 'b', 'c']);
  expect(splitNames(undefined)).toEqual([]);
});

test('a trace is cut at a time or at an event, and filtered by node', () => {
  const events = [0, 1, 2, 3].map((index) => {
    return { index, atMs: index * 100, event: { kind: 'k', node: index % 2 === 0 ? 'a' : 'b' } };
  });
  const indexes = (until: string | undefined, node: string | undefined): readonly number[] => {
    const filter = { until: until === undefined ? undefined : parseUntil(until), node };
    return selectEvents(events, filter).map(({ index }) => index);
  };
  expect(indexes('200', undefined)).toEqual([0, 1, 2]);
  expect(indexes('#1', undefined)).toEqual([0, 1]);
  expect(indexes('200', 'a')).toEqual([0, 2]);
  expect(() => parseUntil('soon')).toThrow(UsageError);
});
