import type { Life } from '../../sim/kernel/process.js';
import { Simulation } from '../../sim/kernel/simulation.js';
import { Tape, type TapeSource } from '../../sim/kernel/tape.js';

/** Runs `work` as a process of a simulation until nothing is left to happen; its failure is the caller's. */
export async function inSimulation(
  work: (life: Life) => Promise<void>,
  source: TapeSource = { choices: [] },
): Promise<Simulation> {
  const simulation = new Simulation(new Tape(source));
  let outcome: { readonly error: unknown } | undefined;
  let isDone = false;
  const process = simulation.process('node', async (life) => {
    try {
      await work(life);
    } catch (error) {
      outcome = { error };
    }
    isDone = true;
  });
  process.start();
  await simulation.run({ events: 1_000_000, timeMs: 10_000_000 });
  if (outcome !== undefined) throw outcome.error;
  if (!isDone) throw new Error('the simulated program never came to its end');
  return simulation;
}
