import { describe, expect, test } from 'vitest';
import { SeedInvalid } from '../../../sim/kernel/parse-seed.js';
import { ChoiceInvalid, drawBoundMax, DrawInvalid, Tape } from '../../../sim/kernel/tape.js';

const draws = (tape: Tape, label: string, bound: number, count: number): readonly number[] =>
  Array.from({ length: count }, () => tape.draw(label, bound));

function lagOneCorrelation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let covariance = 0;
  let variance = 0;
  for (const [index, value] of values.entries()) {
    variance += (value - mean) ** 2;
    covariance += (value - mean) * ((values[index + 1] ?? mean) - mean);
  }
  return covariance / variance;
}

describe('a seeded tape', () => {
  test('draws the same for the same seed, and something else for another', () => {
    const of = (seed: number): readonly number[] => draws(new Tape({ seed }), 'a', 1000, 20);
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
    expect(of(2 ** 53 - 1)).not.toEqual(of(2 ** 53 - 2));
  });

  test('never changes its draws, or every recorded seed would mean another run', () => {
    const tape = new Tape({ seed: 42 });
    expect([draws(tape, 'disk.latency', 1000, 5), draws(tape, 'crash.when', drawBoundMax, 3)])
      .toMatchInlineSnapshot(`
      [
        [
          256,
          677,
          600,
          163,
          141,
        ],
        [
          1415167691,
          3206878398,
          62398890,
        ],
      ]
    `);
  });

  test('draws under one label are not moved by draws under another', () => {
    const alone = draws(new Tape({ seed: 3 }), 'a', 100, 50);
    const tape = new Tape({ seed: 3 });
    const among = Array.from({ length: 50 }, (_, index) => {
      draws(tape, 'b', 100, index % 4);
      draws(tape, `c${index}`, 2, 1);
      return tape.draw('a', 100);
    });
    expect(among).toEqual(alone);
  });

  test('draws nothing but 0 under a label that it is to do without, and the same as ever under all others', () => {
    const tape = new Tape({ seed: 3, without: ['b'] });
    expect(draws(tape, 'b', 1000, 20)).toEqual(Array.from({ length: 20 }, () => 0));
    expect(draws(tape, 'a', 1000, 20)).toEqual(draws(new Tape({ seed: 3 }), 'a', 1000, 20));
  });

  test.each(['a', 'nemesis.profile', 'disk.crash.lost'])(
    'adjacent seeds do not resemble each other in their first draw of %s',
    (label) => {
      const first = Array.from({ length: 10_000 }, (_, seed) => new Tape({ seed }).draw(label, drawBoundMax));
      expect(Math.abs(lagOneCorrelation(first))).toBeLessThan(0.05);
      expect(new Set(first).size).toBeGreaterThan(9990);
    },
  );

  test('draws every value below the bound about equally often, and none other', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const value of draws(new Tape({ seed: 5 }), 'a', 10, 10_000))
      counts[value] = (counts[value] ?? 0) + 1;
    expect(counts.length).toBe(10);
    expect(counts.every((count) => count > 850 && count < 1150)).toBe(true);
  });

  test('a bound of 1 leaves no choice, and 2^32 leaves all', () => {
    const tape = new Tape({ seed: 5 });
    expect(draws(tape, 'a', 1, 10)).toEqual(Array.from({ length: 10 }, () => 0));
    const wide = draws(tape, 'b', drawBoundMax, 100);
    expect(wide.every((value) => Number.isInteger(value) && value >= 0 && value < drawBoundMax)).toBe(true);
    expect(wide.some((value) => value >= 2 ** 31)).toBe(true);
  });

  test.each([-1, 0.5, NaN, 2 ** 53])('%d is no seed', (seed) => {
    expect(() => new Tape({ seed })).toThrow(SeedInvalid);
  });
});

describe('the benign tape', () => {
  test('answers 0, never strikes, stays at the least and picks the first', () => {
    const tape = new Tape({ choices: [] });
    expect(tape.draw('a', 100)).toBe(0);
    expect(tape.chance('a', 99, 100)).toBe(false);
    expect(tape.between('a', -3, 9)).toBe(-3);
    expect(tape.pick('a', ['first', 'second'])).toBe('first');
    expect(tape.staleness()).toEqual({ misfits: 0, unused: 0 });
  });
});

describe('a recorded tape', () => {
  test('replayed from its choices draws the same, and mixes to the same', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const voyage = (tape: Tape): readonly unknown[] =>
        Array.from({ length: 30 }, (_, frame) => {
          tape.beginFrame(frame, 2 * frame);
          return [
            tape.draw(`l${frame % 3}`, 1 + frame),
            tape.chance('strikes', 1, 3),
            tape.between('span', 5, 9),
            tape.pick('kind', ['a', 'b', 'c']),
          ];
        });
      const recorded = new Tape({ seed }, { record: true });
      const first = voyage(recorded);
      const replayed = new Tape({ choices: recorded.choices() }, { record: true });
      expect(voyage(replayed)).toEqual(first);
      expect([replayed.mix.low, replayed.mix.high]).toEqual([recorded.mix.low, recorded.mix.high]);
      expect(replayed.choices()).toEqual(recorded.choices());
      expect(replayed.drawCount).toBe(recorded.drawCount);
      expect(replayed.staleness()).toEqual({ misfits: 0, unused: 0 });
    }
  });

  test('knows in which frame each choice was made, when, and before which event', () => {
    const tape = new Tape(
      { choices: [1, 2, 3].map((occurrence) => ({ label: 'a', occurrence, value: 1 })) },
      { record: true },
    );
    draws(tape, 'a', 2, 2);
    tape.beginFrame(5, 1);
    tape.beginFrame(7, 4);
    draws(tape, 'a', 2, 2);
    expect(tape.choices().map(({ frame, position, atMs, event }) => [frame, position, atMs, event])).toEqual([
      [0, 1, 0, 0],
      [2, 2, 7, 4],
      [2, 3, 7, 4],
    ]);
    expect(tape.frameCount).toBe(2);
  });

  test('draws by position, whatever the label, and 0 for what does not fit', () => {
    const values = new Map([
      [0, 3],
      [2, 9],
      [3, 1],
    ]);
    const tape = new Tape({ values }, { record: true });
    expect(['a', 'b', 'c', 'a'].map((label) => tape.draw(label, 5))).toEqual([3, 0, 0, 1]);
    expect(tape.choices().map(({ label, occurrence, value }) => [label, occurrence, value])).toEqual([
      ['a', 0, 3],
      ['a', 1, 1],
    ]);
  });

  test('keeps no choices unless it records', () => {
    const tape = new Tape({ seed: 1 });
    draws(tape, 'a', 100, 10);
    expect(tape.choices()).toEqual([]);
  });
});

describe('a replayed tape', () => {
  const choices = [
    { label: 'a', occurrence: 1, value: 5 },
    { label: 'a', occurrence: 2, value: 5 },
    { label: 'never-asked', occurrence: 0, value: 1 },
  ];

  test('answers 0 where it holds no choice, also after its end', () => {
    expect(draws(new Tape({ choices }), 'a', 10, 5)).toEqual([0, 5, 5, 0, 0]);
  });

  test('answers 0 where a choice no longer fits, and says how stale it is', () => {
    const tape = new Tape({ choices });
    expect([tape.draw('a', 10), tape.draw('a', 5), tape.draw('a', 6)]).toEqual([0, 0, 5]);
    expect(tape.staleness()).toEqual({ misfits: 1, unused: 1 });
  });

  test('without one of its choices leaves the others in place', () => {
    expect(draws(new Tape({ choices: choices.slice(1) }), 'a', 10, 4)).toEqual([0, 0, 5, 0]);
  });

  test.each([
    ['no such occurrence', { label: 'a', occurrence: -1, value: 1 }],
    ['no such occurrence', { label: 'a', occurrence: 0.5, value: 1 }],
    ['want a whole number', { label: 'a', occurrence: 0, value: 0 }],
    ['want a whole number', { label: 'a', occurrence: 0, value: 1.5 }],
    ['want a whole number', { label: 'a', occurrence: 0, value: 2 ** 32 }],
  ])('refuses what is no choice: %s in %j', (problem, choice) => {
    expect(() => new Tape({ choices: [choice] })).toThrow(problem);
    expect(() => new Tape({ choices: [choice] })).toThrow(ChoiceInvalid);
  });

  test('refuses a choice that is there twice', () => {
    expect(() => new Tape({ choices: [...choices, ...choices] })).toThrow('chosen twice');
  });
});

describe('a draw that cannot be made is refused', () => {
  test.each([0, -1, 1.5, NaN, Infinity, 2 ** 32 + 1])('a bound of %d', (bound) => {
    expect(() => new Tape({ seed: 1 }).draw('a', bound)).toThrow(DrawInvalid);
  });

  test.each([
    [1, 1],
    [2, 1],
    [-1, 2],
    [0.5, 2],
    [0, 0],
  ])('a chance of %d in %d', (numerator, denominator) => {
    expect(() => new Tape({ seed: 1 }).chance('a', numerator, denominator)).toThrow(DrawInvalid);
  });

  test.each([
    [2, 1],
    [0.5, 2],
    [0, 2 ** 32],
  ])('between %d and %d', (least, most) => {
    expect(() => new Tape({ seed: 1 }).between('a', least, most)).toThrow(DrawInvalid);
  });

  test('and leaves no mark on the tape', () => {
    const tape = new Tape({ seed: 1 });
    expect(() => tape.draw('a', 0)).toThrow(expect.objectContaining({ code: 'DRAW_INVALID', label: 'a' }));
    expect(tape.drawCount).toBe(0);
    expect(tape.draw('a', 100)).toBe(new Tape({ seed: 1 }).draw('a', 100));
  });
});

test('a chance strikes as often as it says', () => {
  const tape = new Tape({ seed: 9 });
  let strikes = 0;
  for (let round = 0; round < 10_000; round += 1) strikes += tape.chance('a', 3, 10) ? 1 : 0;
  expect(strikes).toBeGreaterThan(2800);
  expect(strikes).toBeLessThan(3200);
  expect(tape.chance('never', 0, 10)).toBe(false);
});

test('a recording holds the chances that struck, as 1, and nothing of those that did not', () => {
  const tape = new Tape({ seed: 7 }, { record: true });
  const struck = Array.from({ length: 200 }, () => tape.chance('fault', 1, 10));
  const expected = struck.flatMap((hit, occurrence) =>
    hit ? [{ label: 'fault', occurrence, value: 1, frame: 0, position: occurrence, atMs: 0, event: 0 }] : [],
  );
  expect(tape.choices()).toEqual(expected);
  expect(expected.length).toBeGreaterThan(0);
});
