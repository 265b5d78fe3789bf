import { expect, test } from 'vitest';
import { everything } from '../../../scenarios/everything.scenario.js';
import { coverageFigures } from '../../../sim/campaign/coverage.js';
import { countVerdict, emptyTally, mergeTally } from '../../../sim/campaign/tally.js';
import { sail } from '../../../sim/kernel/voyage.js';

const states = new Map([['log', ['idle', 'flushing']]]);

test('declared is every fault with every state and outcome, but for the dead, who have not gone on', () => {
  const nothing = { states, situations: new Map() };
  expect(coverageFigures({ faults: ['disk.torn'] }, nothing).declared).toBe(8);
  expect(coverageFigures({ faults: ['process.crash'] }, nothing).declared).toBe(6);
});

test('a fault that met a state with any outcome was tried there; what nobody declared is told apart', () => {
  const situations = new Map([
    ['disk.torn × log:idle × recovered', 3],
    ['disk.torn × log:closing × lost', 1],
  ]);
  expect(coverageFigures({ faults: ['disk.torn'] }, { states, situations })).toEqual({
    declared: 8,
    states: { log: ['idle', 'flushing'] },
    reached: 1,
    neverTried: ['disk.torn × log:flushing'],
    undeclared: ['disk.torn × log:closing × lost'],
  });
});

test('tallies of a fleet add up, and its subsystems tell only states that are declared', async () => {
  const sum = emptyTally();
  for (let seed = 1; seed <= 6; seed += 1) {
    const tally = emptyTally();
    countVerdict(tally, seed, await sail(everything, { seed }));
    mergeTally(sum, tally);
  }
  const { reached, undeclared } = coverageFigures(everything, sum);
  expect(undeclared).toEqual([]);
  expect(reached).toBe(sum.situations.size);
  expect([...sum.states.keys()]).toContain('ownership');
});
