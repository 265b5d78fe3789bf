import { expect, test } from 'vitest';
import { sailTwice } from '../../../sim/kernel/sail-twice.js';
import { sail } from '../../../sim/kernel/voyage.js';
import { sailUnderBoth, scenarioOf } from './voyages.js';

/** Sleepers whose steps all come from the tape; now and then one crashes. */
const storm = scenarioOf((simulation) => {
  for (const name of ['a', 'b', 'c']) {
    const process = simulation.process(
      name,
      async (life) => {
        for (let round = 0; round < 20; round += 1) {
          await life.sleep(simulation.tape.between(`sleep.${name}`, 0, 9));
          const value = life.callNow(() => simulation.tape.draw('value', 5));
          simulation.trace.emit({ kind: 'storm.round', node: name, round, value: value ?? -1 });
          if (simulation.tape.chance('storm.crash', 1, 30)) process.crash('storm');
        }
      },
      () => simulation.schedule(5, () => process.start()),
    );
    process.start();
  }
});

test('the same seed sails the same voyage, again and under either drain', async () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const again = await sail(storm, { seed }, { record: true });
    for (const verdict of await sailUnderBoth(storm, { seed })) expect(verdict).toEqual(again);
  }
});

test('different seeds sail different voyages', async () => {
  const fingerprints = new Set<string>();
  for (let seed = 0; seed < 100; seed += 1) fingerprints.add((await sail(storm, { seed })).fingerprint);
  expect(fingerprints.size).toBe(100);
});

test('a voyage replayed from its recorded choices has the fingerprint of the seeded one', async () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const seeded = await sail(storm, { seed }, { record: true });
    const replayed = await sail(storm, { choices: seeded.choices }, { record: true });
    expect(replayed).toEqual(seeded);
  }
});

test('recording changes nothing but what is kept', async () => {
  const quiet = await sail(storm, { seed: 4 });
  const recorded = await sail(storm, { seed: 4 }, { record: true });
  expect(quiet.fingerprint).toBe(recorded.fingerprint);
  expect(quiet.trace).toEqual(recorded.trace.slice(-64));
  expect(quiet.choices).toEqual([]);
  expect(recorded.choices.length).toBeGreaterThan(50);
});

test('the calm voyage has no choices, no time and no crash', async () => {
  const calm = await sail(storm, { choices: [] }, { record: true });
  expect([calm.choices, calm.virtualMs, calm.end]).toEqual([[], 0, 'idle']);
});

test('fingerprints never change by themselves, or old reproductions would read as broken', async () => {
  const { fingerprint } = await sail(storm, { seed: 42 });
  expect(fingerprint).toMatchInlineSnapshot(`"3dc42d500ed6b1eb87c8d1742764a084"`);
});

test('two runs of one tape are the same', async () => {
  await expect(sailTwice(storm, { seed: 1 })).resolves.toBeUndefined();
});

test('a world that remembers its last run is caught, at the first event that differs', async () => {
  let runs = 0;
  const forgetful = scenarioOf((simulation) => {
    runs += 1;
    for (const atMs of [1, 2, 3]) {
      simulation.schedule(atMs, () =>
        simulation.trace.emit({ kind: 'test.run', node: 'sea', run: atMs === 1 ? 0 : runs }),
      );
    }
  });
  await expect(sailTwice(forgetful, { seed: 1 })).resolves.toMatchObject({
    invariant: 'same-tape-same-trace',
    choices: undefined,
    divergence: {
      index: 1,
      atMs: 2,
      left: { event: { kind: 'test.run', run: 1 } },
      right: { event: { kind: 'test.run', run: 2 } },
    },
  });
});

test('a world that draws otherwise in its second run is caught, though its events agree', async () => {
  let runs = 0;
  const fickle = scenarioOf((simulation) => {
    runs += 1;
    simulation.tape.draw(`drawn.in.run.${runs}`, 2 ** 32);
  });
  await expect(sailTwice(fickle, { seed: 1 })).resolves.toMatchObject({
    divergence: undefined,
    choices: [{ label: 'drawn.in.run.1' }, { label: 'drawn.in.run.2' }],
  });
});
