/**
 * Run as `npm run bench`, or `npm run bench -- steps recovery` for some of it. With `--quick`, steps and recovery are so small that they
 * only show that they run, and so is everything. With `--long`, everything looks for slow leaks.
 */
import { spawnSync } from 'node:child_process';
import {
  everythingBench,
  type EverythingSizes,
  everythingSizes,
  longEverythingSizes,
} from './everything.bench.js';
import { kernelBench } from './kernel.bench.js';
import { logBench } from './log.bench.js';
import { recoveryBench, type RecoverySizes, recoverySizes } from './recovery.bench.js';
import { stepsBench, type StepsSizes, stepsSizes } from './steps.bench.js';

const quickSteps: StepsSizes = { fleets: [{ workflows: 2, stepsEach: 3 }], rounds: 1 };
const quickRecovery: RecoverySizes = {
  records: [200, 400],
  liveOperations: 3,
  snapshotEveryRecords: 50,
  rounds: 1,
};

const quickEverything: EverythingSizes = { warmUp: 1, timed: 2, profiled: 2, held: 10 };

const isLong = process.argv.includes('--long');
const isQuick = process.argv.includes('--quick');

const benches: Readonly<Record<string, () => Promise<void>>> = {
  kernel: kernelBench,
  log: logBench,
  steps: () => stepsBench(isQuick ? quickSteps : stepsSizes),
  recovery: () => recoveryBench(isQuick ? quickRecovery : recoverySizes),
  everything: () =>
    everythingBench(isQuick ? quickEverything : isLong ? longEverythingSizes : everythingSizes),
};

const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const [name = '', ...more] = asked.length > 0 ? asked : Object.keys(benches);
const bench = benches[name];
if (bench === undefined) {
  throw new Error(`no benchmark is called ${name}: there are ${Object.keys(benches).join(', ')}`);
}
if (more.length === 0) await bench();
else {
  // Each in a process of its own: the kernel seals the one that it has run in.
  for (const each of [name, ...more]) {
    const given = [
      ...process.execArgv,
      import.meta.filename,
      each,
      ...process.argv.filter((word) => word.startsWith('--')),
    ];
    const { status } = spawnSync(process.execPath, given, { stdio: 'inherit' });
    process.exitCode ||= status ?? 1;
  }
}
