import { expect, test } from 'vitest';
import type { VoyageParameters } from '../../../sim/kernel/parameters.js';
import { sail, type Scenario, type Verdict } from '../../../sim/kernel/voyage.js';
import { equip, ParameterUnknown } from '../../../sim/nemesis/equip.js';
import { scheduleForms } from '../../../sim/nemesis/schedule.js';

/** Three processes add to one number, each step at the same time as the others'. What two read at once is added once. */
const counter = (processes: number): Scenario => ({
  name: 'counter',
  summary: 'a lost update',
  schema: 1,
  faults: [],
  invariants: ['nothing-lost'],
  eventsMax: 1000,
  timeMaxMs: 1000,
  sail(simulation) {
    let total = 0;
    for (let index = 0; index < processes; index += 1) {
      const node = `adder-${index}`;
      simulation
        .process(node, async (life) => {
          let read = 0;
          // In order of scheduling, each is a turn later than the one before, and everything goes well.
          await life.sleep(index * 2);
          await life.call(0, () => void (read = total));
          await life.call(0, () => void (total = read + 1));
          simulation.trace.emit({ kind: 'added', node });
        })
        .start();
    }
    simulation.atQuiescence(() => {
      simulation.checked('nothing-lost');
      const message = `${total} of ${processes}`;
      if (total !== processes) simulation.fail({ invariant: 'nothing-lost', subject: 'total', message });
    });
  },
});

/** Two processes whose updates meet in time, but not in order of scheduling. */
const race: Scenario = {
  ...counter(0),
  sail(simulation) {
    let total = 0;
    const add = (node: string, steps: number): void =>
      simulation
        .process(node, async (life) => {
          for (let step = 0; step < steps; step += 1) await life.call(0, () => {});
          const read = total;
          await life.call(0, () => void (total = read + 1));
          simulation.trace.emit({ kind: 'added', node });
        })
        .start();
    add('one', 0);
    add('two', 3);
    simulation.atQuiescence(() => {
      const message = `${total} of 2`;
      if (total !== 2) simulation.fail({ invariant: 'nothing-lost', subject: 'total', message });
    });
  },
};

async function sailSeeds(
  scenario: Scenario,
  parameters: VoyageParameters,
  seeds: number,
): Promise<readonly Verdict[]> {
  const equipped = equip(scenario, parameters);
  const verdicts: Verdict[] = [];
  for (let seed = 0; seed < seeds; seed += 1) verdicts.push(await sail(equipped, { seed }));
  return verdicts;
}

const isFound = ({ violation }: Verdict): boolean => violation?.invariant === 'nothing-lost';
const order = (verdict: Verdict): readonly string[] =>
  verdict.trace.flatMap(({ event }) => (event.kind === 'added' ? [event.node] : []));

// The race takes two changes of order: pct:1 has none of its own beyond who goes first.
test.each(['random', 'fifo', 'pct:1'])('%s does not find a race of depth 2', async (schedule) => {
  expect((await sailSeeds(race, { schedule }, 20)).some(isFound)).toBe(false);
});

test.each(['pct:2', 'pct:3', 'delay:1', 'delay:2', 'exhaustive'])(
  '%s finds the race that order of scheduling hides, and its choices show it again',
  async (schedule) => {
    const verdicts = await sailSeeds(race, { schedule }, 100);
    const seed = verdicts.findIndex(isFound);
    expect(seed).toBeGreaterThanOrEqual(0);
    const equipped = equip(race, { schedule });
    const { choices, fingerprint } = await sail(equipped, { seed }, { record: true });
    expect(verdicts[seed]?.fingerprint).toBe(fingerprint);
    const replayed = await sail(equipped, { choices });
    expect(replayed.fingerprint).toBe(fingerprint);
    expect(isFound(replayed)).toBe(true);
  },
);

test.each(['fifo', 'pct:4', 'delay:3', 'exhaustive'])(
  '%s on the benign tape: order of scheduling',
  async (schedule) => {
    const benign = await sail(equip(race, { schedule }), { choices: [] });
    expect(benign.violation).toBeUndefined();
    expect(order(benign)).toEqual(order(await sail(race, { choices: [] })));
  },
);

test('exhaustive walks every order once, and knows when none is left', async () => {
  const verdicts = await sailSeeds(race, { schedule: 'exhaustive' }, 64);
  const shares = verdicts.map(({ orderShare }) => orderShare ?? 0);
  const isNew = shares.map((share) => share > 0);
  const orders = new Set(verdicts.filter((_, seed) => isNew[seed]).map(({ fingerprint }) => fingerprint));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBe(1);
  expect(orders.size).toBe(isNew.filter(Boolean).length);
  expect(verdicts.filter((verdict, seed) => isNew[seed] && isFound(verdict)).length).toBeGreaterThan(0);
  const half = shares.slice(0, 4).reduce((sum, share) => sum + share, 0);
  expect(half).toBeLessThan(1);
});

test('a schedule changes neither times nor what a process does in which order', async () => {
  for (const verdict of await sailSeeds(counter(3), { schedule: 'pct:3' }, 50)) {
    expect(isFound(verdict)).toBe(false);
    expect(order(verdict)).toEqual(['adder-0', 'adder-1', 'adder-2']);
  }
});

test('what is no schedule or profile is refused, with those that there are', () => {
  for (const schedule of ['pct', 'pct:0', 'delay:', 'fifo:1', 'lifo']) {
    expect(() => equip(race, { schedule })).toThrow(ParameterUnknown);
  }
  expect(() => equip(race, { profile: 'crashing' })).toThrow(/profile crashing: want one of calm, .*storm/);
  expect(scheduleForms.map(([form]) => form)).toContain('exhaustive');
});
