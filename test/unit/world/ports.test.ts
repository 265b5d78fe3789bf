import { expect, test } from 'vitest';
import type { Ports } from '../../../src/runtime/ports.js';
import { Simulation } from '../../../sim/kernel/simulation.js';
import { Tape, type TapeSource } from '../../../sim/kernel/tape.js';
import { SimulatedDisk } from '../../../sim/world/disk/simulated-disk.js';
import { epochMs } from '../../../sim/world/clock.js';
import { simulatedPorts } from '../../../sim/world/ports.js';

const limits = { events: 10_000, timeMs: 1_000_000 };

/** Runs one life per piece of work, one after the other; each life ends when its work is done. */
async function lives(
  source: TapeSource,
  ...works: readonly ((ports: Ports, simulation: Simulation) => Promise<void> | void)[]
): Promise<Simulation> {
  const simulation = new Simulation(new Tape(source), { record: true });
  const disk = new SimulatedDisk(simulation, { node: 'node', faults: {} });
  const queue = [...works];
  const process = simulation.process('node', async (life) => {
    await queue.shift()?.(simulatedPorts(life, disk), simulation);
    process.crash('done');
  });
  for (const _ of works) {
    process.start();
    await simulation.run(limits);
  }
  return simulation;
}

test('the wall clock runs through restarts; the monotonic clock begins anew with each life', async () => {
  const seen: (readonly [number, number])[] = [];
  const work = async ({ clock }: Ports): Promise<void> => {
    seen.push([clock.wallMs(), clock.monotonicMs()]);
    await clock.sleep(250);
    seen.push([clock.wallMs(), clock.monotonicMs()]);
  };
  await lives({ choices: [] }, work, work);
  expect(seen).toEqual([
    [epochMs, 0],
    [epochMs + 250, 250],
    [epochMs + 250, 0],
    [epochMs + 500, 250],
  ]);
});

test('on the benign tape, the ids of one life and of its successors are all different', async () => {
  const ids: string[] = [];
  const work = ({ entropy }: Ports): void => {
    for (let index = 0; index < 500; index += 1) ids.push(entropy.bytes(4).join(), entropy.bytes(16).join());
  };
  const simulation = await lives({ choices: [] }, work, work, work);
  expect(new Set(ids).size).toBe(3000);
  expect(simulation.tape.drawCount).toBe(3 * 500 * 5);
});

test('entropy is drawn from the tape, and a choice changes just its word', async () => {
  const drawn: Uint8Array[] = [];
  const work = ({ entropy }: Ports): void => void drawn.push(entropy.bytes(12));
  await lives({ choices: [] }, work);
  await lives({ choices: [{ label: 'entropy.bytes', occurrence: 1, value: 0xff }] }, work);
  const [calm, chosen] = drawn;
  expect(calm).toHaveLength(12);
  const changes = [...(chosen ?? [])].map((byte, index) => byte ^ (calm?.[index] ?? 0));
  expect(changes.join()).toBe('0,0,0,0,255,0,0,0,0,0,0,0');
});

test('what an engine tells its probe is in the trace, and a state in the coverage instead', async () => {
  const simulation = await lives({ choices: [] }, ({ probe }) => {
    probe.event('log.flushed', { lsn: 3 });
    probe.label('log', 'idle');
    probe.label('log', 'idle');
    probe.label('log', 'flushing');
  });
  simulation.faults.effective('disk.torn', 'node', 'nobody');
  expect(simulation.coverage.situations()).toEqual(['disk.torn × log:flushing × went-on']);
  const told = simulation.trace.events().map(({ event }) => event);
  expect(told.filter(({ kind }) => kind === 'log.flushed' || kind === 'label')).toEqual([
    { kind: 'log.flushed', node: 'node', lsn: 3 },
  ]);
});

test('always is a check of its own invariant, and fails the run when it does not hold', async () => {
  const calm = await lives({ choices: [] }, ({ probe }) => {
    probe.always(true, 'order');
    probe.always(true, 'order');
    probe.sometimes(false, 'rare');
    probe.sometimes(true, 'rare');
    probe.reachable('corner');
  });
  expect(calm.violation).toBeUndefined();
  expect(calm.checks.get('always:order')).toBe(2);
  expect(calm.sometimesCounts.get('rare')).toBe(1);
  expect(calm.sometimesCounts.get('corner')).toBe(1);
  const failed = await lives({ choices: [] }, ({ probe }) => probe.always(false, 'order', { lsn: 7 }));
  expect(failed.violation).toEqual({
    invariant: 'always:order',
    subject: 'node',
    message: 'order lsn=7',
  });
});

test('a life that has ended tells its probe nothing', async () => {
  const held: Ports[] = [];
  const simulation = await lives({ choices: [] }, (ports) => void held.push(ports));
  const before = simulation.trace.count;
  for (const { probe } of held) {
    probe.event('late', {});
    probe.label('log', 'late');
    probe.always(false, 'late');
    probe.reachable('late');
  }
  expect(simulation.trace.count).toBe(before);
  expect(simulation.violation).toBeUndefined();
  expect(simulation.sometimesCounts.has('late')).toBe(false);
});
