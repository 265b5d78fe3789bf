import type { Simulation } from '../kernel/simulation.js';

/** Waits in virtual time, outside any process. For clients, which never crash. */
export function pause(simulation: Simulation, durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    simulation.schedule(durationMs, resolve);
  });
}
