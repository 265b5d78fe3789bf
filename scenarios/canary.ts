import { Bench, type Oracle } from '../sim/kernel/oracle.js';
import type { Life } from '../sim/kernel/process.js';
import type { Simulation } from '../sim/kernel/simulation.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { SimulatedDisk } from '../sim/world/disk/simulated-disk.js';

const path = 'register';
const faults = ['disk.lost-unsynced'] as const;
const roundsMax = 5;
const lastCrashMs = 200;

type RegisterFact =
  | { readonly kind: 'register.acked'; readonly node: string; readonly value: number }
  | { readonly kind: 'register.read'; readonly node: string; readonly value: number };

function ackedIsKept(): Oracle<RegisterFact> {
  let acked = 0;
  return {
    id: 'canary-acked-is-kept',
    onFact({ kind, node, value }, check) {
      if (kind === 'register.acked') acked = value;
      else check(value >= acked, node, () => `${value} is read, and ${acked} was acknowledged`);
    },
  };
}

/** A register on a disk that loses power. The bug in it: a value is acknowledged before it is synced. */
function sailRegister(simulation: Simulation): void {
  const { tape } = simulation;
  const bench = new Bench(simulation, [ackedIsKept()]);
  const disk = new SimulatedDisk(simulation, {
    node: 'register',
    faults: { 'disk.lost-unsynced': { numerator: 7, denominator: 8 } },
  });

  async function serve(life: Life): Promise<void> {
    const port = disk.bind(life);
    const isNew = life.incarnation === 1;
    const file = await port.open(path, isNew ? 'create' : 'existing');
    if (isNew) {
      await file.append(Uint8Array.of(0));
      await file.sync();
      await port.syncDirectory('');
    }
    let [value = 0] = await file.read(0, 1);
    bench.observe({ kind: 'register.read', node: 'register', value });
    for (let round = 0; round < roundsMax; round += 1) {
      value += 1;
      await file.writeAt(0, Uint8Array.of(value));
      bench.observe({ kind: 'register.acked', node: 'register', value });
      await life.sleep(tape.draw('canary.idle-ms', 20));
      await file.sync();
    }
  }

  const process = simulation.process('register', serve, () => {
    disk.crash('power');
    simulation.schedule(1, () => process.start());
  });
  process.start();
  for (let crashes = tape.between('canary.crashes', 3, 5); crashes > 0; crashes -= 1) {
    simulation.schedule(50 + tape.draw('canary.crash-ms', lastCrashMs - 50), () => process.crash('storm'));
  }
}

/**
 * What every campaign sails first, and has to find: a bug that is there on purpose. It is of no engine, and in no list. A campaign that does not find it
 * would find nothing else that is lost either.
 */
export const canary: Scenario = {
  name: 'canary',
  summary: 'a register that acknowledges what it has not synced: each campaign has to find it',
  schema: 1,
  faults,
  invariants: ['canary-acked-is-kept'],
  eventsMax: 10_000,
  timeMaxMs: 60_000,
  sail: sailRegister,
};
