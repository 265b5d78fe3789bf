import { expect, test } from 'vitest';
import { Bench, type Oracle } from '../../sim/kernel/oracle.js';
import type { Life } from '../../sim/kernel/process.js';
import type { Simulation } from '../../sim/kernel/simulation.js';
import { sail, type Scenario, type Verdict } from '../../sim/kernel/voyage.js';
import { SimulatedNetwork } from '../../sim/world/network/simulated-network.js';

// The simulator knows nothing of the engine. Here it sails something else: two that want a lock, and the server that has it.

type Fact = { readonly kind: 'lock.entered' | 'lock.left'; readonly node: string };

function mutualExclusion(): Oracle<Fact> {
  const inside = new Set<string>();
  return {
    id: 'mutual-exclusion',
    onFact({ kind, node }, check) {
      if (kind === 'lock.left') return void inside.delete(node);
      check(inside.size === 0, node, () => `${node} enters, and ${[...inside].join()} is inside`);
      inside.add(node);
    },
  };
}

const [ask, granted, release, released] = [0, 1, 2, 3];
const faults = ['network.lost', 'network.duplicated', 'network.delayed', 'network.reordered'] as const;

/** @param isCareful - Whether a release ends only the turn that it names. */
function sailLock(simulation: Simulation, isCareful: boolean): void {
  const { tape } = simulation;
  const bench = new Bench(simulation, [mutualExclusion()]);
  const rates = faults.map((fault) => [fault, { numerator: tape.draw('faults', 3), denominator: 12 }]);
  const network = new SimulatedNetwork(simulation, Object.fromEntries(rates));
  const roundsLeft: Record<string, number> = { ada: 5, bob: 5 };

  function serve(life: Life): void {
    const port = network.bind(life);
    let [holder, turn] = ['', 0];
    port.receive((from, [kind, number = 0]) => {
      const isFree = holder === '' || (holder === from && turn < number);
      if (kind === ask && isFree) [holder, turn] = [from, number];
      if (kind === release && holder === from && (!isCareful || turn === number)) holder = '';
      if (kind === release) port.send(from, Uint8Array.of(released, number));
      // The holder is told whoever asks: it may not know yet, or not remember.
      else if (holder !== '') port.send(holder, Uint8Array.of(granted, turn));
    });
  }

  async function work(life: Life): Promise<void> {
    const { name } = life.process;
    const port = network.bind(life);
    const lock = { turn: life.incarnation * 16, phase: 'idle' };
    port.receive((from, [kind, turn = 0]) => {
      if (kind === granted && turn === lock.turn && lock.phase === 'asking') lock.phase = 'inside';
      else if (kind === released && turn === lock.turn) lock.phase = 'idle';
      else if (kind === granted && (turn !== lock.turn || lock.phase === 'idle'))
        port.send(from, Uint8Array.of(release, turn));
    });
    for (; (roundsLeft[name] ?? 0) > 0; roundsLeft[name] = (roundsLeft[name] ?? 0) - 1) {
      lock.turn += 1;
      for (lock.phase = 'asking'; lock.phase === 'asking'; await life.sleep(30))
        port.send('server', Uint8Array.of(ask, lock.turn));
      bench.observe({ kind: 'lock.entered', node: name });
      await life.sleep(tape.between('work.ms', 5, 60));
      bench.observe({ kind: 'lock.left', node: name });
      for (lock.phase = 'leaving'; lock.phase === 'leaving'; await life.sleep(30))
        port.send('server', Uint8Array.of(release, lock.turn));
    }
  }

  simulation.process('server', serve).start();
  for (const name of Object.keys(roundsLeft)) {
    const left = (): void => bench.observe({ kind: 'lock.left', node: name });
    const process = simulation.process(name, work, left);
    process.start();
    for (let crashes = tape.draw('crashes', 4); crashes > 0; crashes -= 1) {
      const atMs = tape.draw('crash.at-ms', 1500);
      simulation.schedule(atMs, () => process.crash('storm'));
      simulation.schedule(atMs + tape.between('down.ms', 1, 200), () => process.start());
    }
  }
  simulation.schedule(1500, () => network.heal());
}

const lockServer = (isCareful: boolean): Scenario => ({
  name: 'lock-server',
  summary: 'two processes and a lock',
  schema: 1,
  faults,
  invariants: ['mutual-exclusion'],
  eventsMax: 10_000,
  timeMaxMs: 60_000,
  sail: (simulation) => sailLock(simulation, isCareful),
});

async function voyages(isCareful: boolean): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let seed = 0; seed < 200; seed += 1) verdicts.push(await sail(lockServer(isCareful), { seed }));
  return verdicts;
}

test('a lock server that is right holds, whatever network and crashes do, and everybody is served', async () => {
  const verdicts = await voyages(true);
  // Idle: both have done their rounds, or they would go on asking.
  expect(verdicts.map(({ violation, end }) => violation?.message ?? end)).toEqual(verdicts.map(() => 'idle'));
  for (const fault of faults) {
    expect(verdicts.some(({ faults: counts }) => (counts.get(fault)?.effective ?? 0) > 0)).toBe(true);
  }
});

test('one that lets a late release end another turn is found out', async () => {
  const found = (await voyages(false)).filter(({ violation }) => violation?.invariant === 'mutual-exclusion');
  expect(found.length).toBeGreaterThan(10);
});
