import { expect, test } from 'vitest';
import { everything } from '../../../scenarios/everything.scenario.js';
import { sail } from '../../../sim/kernel/voyage.js';
import { equip } from '../../../sim/nemesis/equip.js';
import { profiles } from '../../../sim/nemesis/profile.js';
import type { Simulation } from '../../../sim/kernel/simulation.js';

/** The scenario draws what it would, and nothing of it happens: profiles are about draws. */
async function bitten(profile: string, seeds: number): Promise<ReadonlySet<string>> {
  const kinds = new Set<string>();
  for (let seed = 0; seed < seeds; seed += 1) {
    const { faults, violation, end } = await sail(equip(everything, { profile }), { seed });
    expect(violation ?? end).toBe('idle');
    for (const [kind, { fired }] of faults) if (fired > 0) kinds.add(kind);
  }
  return kinds;
}

test('every profile has its name, and says what it is', () => {
  expect(profiles.map(({ name }) => name)).toEqual([
    'calm',
    'flaky-network',
    'crashy',
    'rotting-disk',
    'skewed-clocks',
    'lease-storm',
    'storm',
  ]);
});

test('calm: nothing strikes', async () => {
  expect([...(await bitten('calm', 3))]).toEqual([]);
});

test.each([
  ['flaky-network', /^network\./, /^network\.lost$/],
  [
    'crashy',
    /^(process\.(crash|power-loss|late-restart)|disk\.(lost-|torn|reordered))/,
    /^process\.power-loss$/,
  ],
  ['rotting-disk', /^(disk\.|process\.(crash|power-loss|late-restart))/, /^disk\.eio-write$/],
  ['skewed-clocks', /^(clock\.|process\.paused)/, /^clock\.drift$/],
  ['lease-storm', /^(process\.|network\.(partition-|delayed)|clock\.drift)/, /^process\.paused$/],
])('%s: only what it is about strikes', async (profile, only, surely) => {
  const kinds = [...(await bitten(profile, 4))];
  expect(kinds.filter((kind) => !only.test(kind))).toEqual([]);
  expect(kinds.some((kind) => surely.test(kind))).toBe(true);
});

test('storm: everything is on, in every run', async () => {
  const simulations: Simulation[] = [];
  const scenario = { ...everything, sail: (simulation: Simulation) => void simulations.push(simulation) };
  await sail(equip(scenario, { profile: 'storm' }), { seed: 7 });
  for (const { tape } of simulations) {
    for (const kind of everything.faults) expect(tape.draw(`swarm.${kind}`, 3)).toBeGreaterThan(0);
  }
  expect(simulations).toHaveLength(1);
});

test('without a profile, runs are what they were', async () => {
  const plain = await sail(everything, { seed: 3 });
  expect((await sail(equip(everything, {}), { seed: 3 })).fingerprint).toBe(plain.fingerprint);
});
