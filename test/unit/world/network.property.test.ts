import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tapes, VoyageTape } from '../../../properties/tapes.js';
import type { Process } from '../../../sim/kernel/process.js';
import type { Simulation } from '../../../sim/kernel/simulation.js';
import type { Scenario } from '../../../sim/kernel/voyage.js';
import { type NetworkFaults, networkFaultKinds } from '../../../sim/world/network/network-faults.js';
import { SimulatedNetwork } from '../../../sim/world/network/simulated-network.js';

const names = ['ada', 'bob', 'eve', 'sam'] as const;
const messages = 25;
const stormMs = 3000;
/** Queue, transmission, delay, being overtaken, copies, latency: the longest that anything takes after healing. */
const flightMsMax = 5000 + 2000 + 2000 + 500 + 2000 + 5;

/** What each way was handed, in order: `ada>bob` gives numbers. */
type Handed = Map<string, number[]>;

function chatter(faults: NetworkFaults, crashes: boolean, judge: (sea: Sea) => void): Scenario {
  return {
    name: 'chatter',
    summary: 'everyone sends to everyone',
    schema: 1,
    faults: [],
    invariants: ['network'],
    eventsMax: 100_000,
    timeMaxMs: 1_000_000,
    sail: (simulation) => sailChatter(simulation, faults, crashes, judge),
  };
}

interface Sea {
  readonly simulation: Simulation;
  readonly network: SimulatedNetwork;
  readonly handed: Handed;
}

function sailChatter(
  simulation: Simulation,
  faults: NetworkFaults,
  crashes: boolean,
  judge: (sea: Sea) => void,
): void {
  const network = new SimulatedNetwork(simulation, faults);
  const handed: Handed = new Map();
  const { tape } = simulation;
  for (const name of names) {
    const process: Process = simulation.process(name, async (life) => {
      const port = network.bind(life);
      port.receive((from, message) => {
        const way = `${from}>${name}`;
        handed.set(way, [...(handed.get(way) ?? []), message[0] ?? -1]);
      });
      if (life.incarnation > 1) return;
      for (let message = 0; message < messages; message += 1) {
        for (const to of names) port.send(to, Uint8Array.of(message, 7, 7, 7));
        await life.sleep(1 + tape.draw('pause', 200));
      }
    });
    process.start();
    if (!crashes) continue;
    simulation.schedule(tape.draw('crash', stormMs), () => process.crash('test'));
    simulation.schedule(stormMs, () => process.start());
  }
  simulation.schedule(2 * stormMs, () => network.heal());
  simulation.atQuiescence(() => judge({ simulation, network, handed }));
}

const everyFault: NetworkFaults = Object.fromEntries(
  networkFaultKinds.map((kind) => [kind, { numerator: 1, denominator: 12 }]),
);

async function sailAll(scenario: Scenario, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(tapes(), async (tape) => {
      expect(await tape.sail(scenario)).toMatchObject({ end: 'idle', violation: undefined });
    }),
    { numRuns },
  );
}

test('without faults, every message arrives once and in order, on any tape', async () => {
  const inOrder = Array.from({ length: messages }, (_, index) => index);
  let judged = 0;
  const scenario = chatter({}, false, ({ network, handed }) => {
    judged += 1;
    const sent = names.length ** 2 * messages;
    expect(network.traffic).toEqual({ sent, duplicated: 0, delivered: sent, dropped: 0, inFlight: 0 });
    expect(handed.size).toBe(names.length ** 2);
    for (const told of handed.values()) expect(told).toEqual(inOrder);
  });
  await sailAll(scenario, 40);
  expect(judged).toBe(40);
});

test('with every fault and crashes: nothing vanishes or comes from nowhere, and after healing it settles', async () => {
  const effective = new Map<string, number>();
  const scenario = chatter(everyFault, true, ({ simulation, network }) => {
    const { sent, duplicated, delivered, dropped, inFlight } = network.traffic;
    expect(sent + duplicated).toBe(delivered + dropped);
    expect(inFlight).toBe(0);
    expect(simulation.nowMs).toBeLessThanOrEqual(2 * stormMs + flightMsMax);
    for (const [kind, count] of simulation.faults.counts()) {
      expect(count.effective).toBeLessThanOrEqual(count.fired);
      effective.set(kind, (effective.get(kind) ?? 0) + count.effective);
    }
  });
  await sailAll(scenario, 60);
  expect([...effective.keys()].sort()).toEqual([...networkFaultKinds].sort());
  expect(Math.min(...effective.values())).toBeGreaterThan(0);
});

test('at every moment, what was sent and copied is delivered, dropped or in flight', async () => {
  let looks = 0;
  const scenario: Scenario = {
    ...chatter(everyFault, true, () => {}),
    sail(simulation) {
      const network = new SimulatedNetwork(simulation, everyFault);
      const process = simulation.process('ada', async (life) => {
        const port = network.bind(life);
        port.receive(() => {});
        for (let message = 0; message < 100; message += 1) {
          port.send(simulation.tape.pick('to', ['bob', 'ada']), Uint8Array.of(message));
          await life.sleep(simulation.tape.draw('pause', 40));
          const { sent, duplicated, delivered, dropped, inFlight } = network.traffic;
          expect(sent + duplicated).toBe(delivered + dropped + inFlight);
          looks += 1;
        }
      });
      const other = simulation.process('bob', (life) => network.bind(life).receive(() => {}));
      other.start();
      process.start();
    },
  };
  await sailAll(scenario, 20);
  expect(looks).toBe(20 * 100);
});

test('the same tape gives the same trace, from its seed and from its recording; another seed another one', async () => {
  const fingerprints = new Set<string>();
  const scenario = chatter(everyFault, true, () => {});
  for (let seed = 1; seed <= 15; seed += 1) {
    const tape = new VoyageTape({ seed });
    const first = await tape.sail(scenario);
    const again = await tape.sail(scenario);
    const replayed = await new VoyageTape({ choices: first.choices }).sail(scenario);
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(replayed.fingerprint).toBe(first.fingerprint);
    expect(replayed.staleness).toEqual({ misfits: 0, unused: 0 });
    fingerprints.add(first.fingerprint);
  }
  expect(fingerprints.size).toBe(15);
});
