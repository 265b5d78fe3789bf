import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Tape } from '../../../sim/kernel/tape.js';
import { orderedPoint, orderOf } from '../../../sim/nemesis/crash-order.js';

test('an order is read back as it was given, by the life that it is for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 30 }),
      fc.constantFrom('before', 'after'),
      fc.integer({ min: 1, max: 5 }),
      (call, when, life) => {
        const tape = new Tape({ choices: [orderOf('node', life, { call, when })] });
        for (let other = 1; other < life; other += 1) expect(orderedPoint(tape, 'node')).toBeUndefined();
        expect(orderedPoint(tape, 'node')).toEqual({ call, when });
        expect(orderedPoint(tape, 'other')).toBeUndefined();
      },
    ),
  );
});

test('no seed orders a crash, and asking for orders leaves no mark on its tape', () => {
  const asked = new Tape({ seed: 7 });
  for (let life = 0; life < 100; life += 1) expect(orderedPoint(asked, 'node')).toBeUndefined();
  expect(asked.drawCount).toBe(0);
  expect(asked.draw('wave', 1000)).toBe(new Tape({ seed: 7 }).draw('wave', 1000));
});
