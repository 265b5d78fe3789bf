import { afterEach, describe, expect, test, vi } from 'vitest';
import { scenarios } from '../../scenarios/index.js';
import { judgeKnobs } from '../../sim/campaign/dead-knob.js';
import { countVerdict, emptyTally, type Tally } from '../../sim/campaign/tally.js';
import type { Simulation } from '../../sim/kernel/simulation.js';
import { sail, type Scenario } from '../../sim/kernel/voyage.js';
import { SimulatedFile } from '../../sim/world/disk/simulated-file.js';
import { partitionKinds } from '../../sim/world/network/network-faults.js';

// The harness is judged as sternly as the engine: whatever is taken out of it, a campaign of the size that scenarios state says so.

const windows: readonly string[] = ['network.clogged', 'network.slow-link', ...partitionKinds];
const ownSwitches: ReadonlyMap<string, string> = new Map([
  ['process.crash', 'crash.count'],
  ['process.power-loss', 'crash.count'],
  ['process.crash-at-call', 'crash.aim'],
  ['process.crash-in-recovery', 'crash.aim'],
  ['process.crash-at-effect', 'effect-crash.on'],
  ['process.late-restart', 'crash.late'],
  ['process.paused', 'pause.on'],
]);

/** The draws without which a fault never strikes. */
function switchOf(kind: string): string {
  return ownSwitches.get(kind) ?? `${windows.includes(kind) ? 'storm' : 'swarm'}.${kind}`;
}

/** What takes too long to be missed for a test: a campaign of hundreds of whole fleets. */
const dear = ['clock.jump-forward', 'clock.jump-back'];

/** So many runs judge what is common, and that is most. */
const controlRuns = 30;

const faultKinds = [...new Set(scenarios.flatMap(({ faults }) => faults))].filter(
  (kind) => !dear.includes(kind),
);
const invariants = [...new Set(scenarios.flatMap((scenario) => scenario.invariants))];

/** The scenario whose campaign is the first to miss it, and how many runs that takes. A run of a fleet costs as much as ten others. */
function cheapest(subject: string): { readonly scenario: Scenario; readonly runs: number } {
  const [best] = scenarios
    .filter(({ faults, invariants: judged }) => [...faults, ...judged].includes(subject))
    .map((scenario) => ({ scenario, runs: scenario.judgedFrom?.[subject] ?? Infinity }))
    .toSorted((one, other) => costOf(one) - costOf(other));
  if (best === undefined || best.runs === Infinity)
    throw new Error(`nobody says how often ${subject} is seen`);
  return best;
}

function costOf({ scenario, runs }: { readonly scenario: Scenario; readonly runs: number }): number {
  return runs * (scenario.faults.includes('network.lost') ? 10 : 1);
}

function grouped(subjects: readonly string[]): ReadonlyMap<Scenario, readonly string[]> {
  const groups = new Map<Scenario, string[]>();
  for (const subject of subjects) {
    const { scenario } = cheapest(subject);
    groups.set(scenario, [...(groups.get(scenario) ?? []), subject]);
  }
  return groups;
}

/** The runs from which on all of these are judged. */
function sizeOf(scenario: Scenario, subjects: readonly string[]): number {
  return Math.max(...subjects.map((subject) => scenario.judgedFrom?.[subject] ?? Infinity));
}

async function campaign(
  scenario: Scenario,
  runs: number,
  tamper: (simulation: Simulation) => void,
): Promise<Tally> {
  const tampered: Scenario = {
    ...scenario,
    sail(simulation) {
      tamper(simulation);
      scenario.sail(simulation);
    },
  };
  const tally = emptyTally();
  for (let seed = 0; seed < runs; seed += 1) countVerdict(tally, seed, await sail(tampered, { seed }));
  return tally;
}

const deadIn = (scenario: Scenario, tally: Tally): readonly string[] =>
  judgeKnobs(scenario, tally).dead.map(({ subject }) => subject);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('faults whose probability is set to zero are dead knobs, and only then', () => {
  test.each([...grouped(faultKinds)].map(([scenario, kinds]) => [scenario.name, scenario, kinds] as const))(
    'those of %s',
    async (_, scenario, kinds) => {
      const labels = new Set(kinds.map(switchOf));
      const silenced = await campaign(scenario, sizeOf(scenario, kinds), ({ tape }) =>
        tape.steer((label) => (labels.has(label) ? 'off' : undefined)),
      );
      expect(deadIn(scenario, silenced).filter((subject) => kinds.includes(subject))).toEqual(
        scenario.faults.filter((kind) => kinds.includes(kind)),
      );
      expect(deadIn(scenario, await campaign(scenario, controlRuns, () => {}))).toEqual([]);
    },
  );
});

describe('oracles that return early are dead oracles', () => {
  test.each([...grouped(invariants)].map(([scenario, judged]) => [scenario.name, scenario, judged] as const))(
    'those of %s',
    async (_, scenario, judged) => {
      const tally = await campaign(scenario, sizeOf(scenario, judged), (simulation) => {
        const checked = simulation.checked.bind(simulation);
        vi.spyOn(simulation, 'checked').mockImplementation((invariant) => {
          if (!judged.includes(invariant)) checked(invariant);
        });
      });
      expect(deadIn(scenario, tally).filter((subject) => judged.includes(subject))).toEqual(
        scenario.invariants.filter((invariant) => judged.includes(invariant)),
      );
    },
  );
});

test('a disk whose syncs do nothing is found out', async () => {
  vi.spyOn(SimulatedFile.prototype, 'sync').mockImplementation(() => {});
  const scenario = scenarios.find(({ name }) => name === 'log-crash-storm');
  if (scenario === undefined) throw new Error('no log-crash-storm');
  const { failures } = await campaign(scenario, 50, () => {});
  expect([...failures.values()].map(({ invariant }) => invariant)).toContain('durable-before-visible');
});
