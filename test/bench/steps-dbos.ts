import { ifInstalled, requirePeer, versionOf } from './peers.js';
import { Postgres } from './postgres.js';
import type { StepsEngine } from './steps-engine.js';
import { sumBelow } from './steps-seaworthy.js';

const packageName = '@dbos-inc/dbos-sdk';

type Program = (stepsEach: number) => Promise<number>;

/** The part of the package that is measured. */
interface Dbos {
  setConfig(config: {
    readonly name: string;
    readonly systemDatabaseUrl: string;
    readonly logLevel: string;
  }): void;
  registerWorkflow(program: Program, options: { readonly name: string }): Program;
  runStep(step: () => Promise<number>, options: { readonly name: string }): Promise<number>;
  startWorkflow(
    program: Program,
  ): (stepsEach: number) => Promise<{ readonly getResult: () => Promise<number> }>;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * DBOS in this process, on a PostgreSQL server of its own, as both come. Its steps are at-least-once; it has no guarded ones.
 *
 * @returns What keeps it from being measured here, if it cannot be.
 */
export async function dbosEngine(): Promise<StepsEngine | { readonly missing: string }> {
  const dbos = ifInstalled((): { readonly DBOS: Dbos } => requirePeer(packageName))?.DBOS;
  if (dbos === undefined) return { missing: packageName };
  const postgres = await Postgres.start();
  if (postgres === undefined) return { missing: 'PostgreSQL' };
  dbos.setConfig({ name: 'bench', systemDatabaseUrl: postgres.url, logLevel: 'error' });
  const program = dbos.registerWorkflow(
    async (stepsEach) => {
      let sum = 0;
      for (let index = 0; index < stepsEach; index += 1) {
        sum += await dbos.runStep(async () => index, { name: 'step' });
      }
      return sum;
    },
    { name: 'sum' },
  );
  await dbos.launch();
  const sailOne = async (stepsEach: number): Promise<void> => {
    const handle = await dbos.startWorkflow(program)(stepsEach);
    const sum = await handle.getResult();
    if (sum !== sumBelow(stepsEach)) throw new Error(`a workflow came to ${sum}`);
  };
  return {
    name: `DBOS ${versionOf(packageName)} on ${postgres.version}`,
    async sail({ workflows, stepsEach }) {
      await Promise.all(Array.from({ length: workflows }, () => sailOne(stepsEach)));
    },
    syncs: () => undefined,
    async close() {
      await dbos.shutdown();
      await postgres.stop();
    },
  };
}
