import { describe, expect, test } from 'vitest';
import { permitsOf } from '../../../src/remote/bulkhead-limits.js';
import { Harbour } from './harbour.js';

describe('permits by profile', () => {
  test.each([
    [1, 1, 1, 1],
    [4, 1, 1, 1],
    [15, 1, 1, 3],
    [16, 2, 1, 4],
    [32, 4, 2, 8],
    [64, 8, 4, 16],
    [512, 8, 4, 16],
  ])(
    'of %i processors: balanced %i, latency %i, throughput %i',
    (processors, balanced, latency, throughput) => {
      const found = [
        permitsOf('balanced', processors),
        permitsOf('latency', processors),
        permitsOf('throughput', processors),
      ];
      expect(found).toEqual([balanced, latency, throughput]);
    },
  );

  test('are what was configured, if anything was', () => {
    expect(permitsOf('latency', 1, 40)).toBe(40);
    expect(permitsOf('balanced', 512, 1)).toBe(1);
  });

  test('are refused when what was configured is no number of them', () => {
    const invalid = expect.objectContaining({ code: 'REMOTE_INVALID_SETTING' });
    expect(() => permitsOf('balanced', 8, -1)).toThrow(invalid);
    expect(() => permitsOf('balanced', 0)).toThrow(invalid);
  });
});

test.each([
  { permitsMax: 0, waitingMax: 1 },
  { permitsMax: 1, waitingMax: -1 },
  { permitsMax: Infinity, waitingMax: 1 },
])('a bulkhead with limits of $permitsMax and $waitingMax cannot be', (limits) => {
  expect(() => new Harbour(limits)).toThrow(expect.objectContaining({ code: 'REMOTE_INVALID_SETTING' }));
});
