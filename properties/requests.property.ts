import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Process } from '../sim/kernel/process.js';
import { Simulation } from '../sim/kernel/simulation.js';
import { Tape } from '../sim/kernel/tape.js';
import { SimulatedDisk } from '../sim/world/disk/simulated-disk.js';
import type { NetworkFaults } from '../sim/world/network/network-faults.js';
import { SimulatedNetwork } from '../sim/world/network/simulated-network.js';
import { simulatedPorts } from '../sim/world/ports.js';
import { RequestTimedOut } from '../src/requests/ask.js';
import { Requests } from '../src/requests/requests.js';

const often = { numerator: 1, denominator: 4 };
const faults: NetworkFaults = {
  'network.lost': { numerator: 1, denominator: 3 },
  'network.delayed': often,
  'network.reordered': often,
  'network.duplicated': often,
  'network.corrupted': often,
};

const asksOf = fc.array(
  fc.record({
    fromMs: fc.integer({ min: 0, max: 3000 }),
    deadlineMs: fc.integer({ min: 0, max: 5000 }),
    takesMs: fc.constantFrom(0, 0, 20, 700),
  }),
  { minLength: 1, maxLength: 12 },
);

const ends = new Map<string, number>();

test('through loss, repetition, reordering and corruption every request ends with its answer or at its deadline, and is carried out once a life', async () => {
  const restartsAtMs = fc.array(fc.integer({ min: 0, max: 6000 }), { maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(fc.nat(), asksOf, restartsAtMs, async (seed, asks, restarts) => {
      const simulation = new Simulation(new Tape({ seed }));
      const network = new SimulatedNetwork(simulation, faults);
      const disk = new SimulatedDisk(simulation, { node: 'none', faults: {} });
      const carriedOut = new Set<string>();
      const twice: string[] = [];
      const server: Process = simulation.process('server', (life) => {
        const ports = simulatedPorts(life, disk);
        // Held by the network, which calls it.
        void new Requests(ports, network.bind(life), async (from, body) => {
          const once = `${life.incarnation} ${from} ${Number(body)}`;
          if (carriedOut.has(once)) twice.push(once);
          carriedOut.add(once);
          await ports.clock.sleep(asks[Number(body)]?.takesMs ?? 0);
          return `answer to ${Number(body)}`;
        });
      });
      server.start();
      for (const atMs of restarts) {
        simulation.schedule(atMs, () => {
          server.crash('restart');
          server.start();
        });
      }
      let open = asks.length;
      simulation
        .process('asker', async (life) => {
          const ports = simulatedPorts(life, disk);
          const requests = new Requests(ports, network.bind(life));
          await Promise.all(
            asks.map(async ({ fromMs, deadlineMs }, index) => {
              await ports.clock.sleep(fromMs);
              const startMs = ports.clock.monotonicMs();
              const end = await requests
                .ask('server', index, { deadlineMs })
                .catch((error: unknown) => error);
              const tookMs = ports.clock.monotonicMs() - startMs;
              open -= 1;
              if (end instanceof RequestTimedOut) assert.equal(tookMs, deadlineMs);
              else assert.equal(end, `answer to ${index}`);
              const kind = end instanceof RequestTimedOut ? 'timed out' : 'answered';
              ends.set(kind, (ends.get(kind) ?? 0) + 1);
            }),
          );
          assert.equal(requests.pending, 0);
        })
        .start();
      await simulation.run({ events: 1_000_000, timeMs: 1_000_000 });
      assert.equal(simulation.violation, undefined);
      assert.equal(open, 0);
      assert.deepEqual(twice, []);
      // Nothing is left to happen: no timer outlives its request.
      assert(simulation.nowMs < 20_000);
    }),
    { numRuns: 300 },
  );
  expect(ends.get('answered')).toBeGreaterThan(100);
  expect(ends.get('timed out')).toBeGreaterThan(50);
});
