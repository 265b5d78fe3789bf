import type { TapeSource } from '../kernel/tape.js';
import type { Verdict } from '../kernel/voyage.js';
import { type WorkerOptions, WorkerThread } from './worker-thread.js';

/** One run in a worker that has sailed nothing yet: what leaks from run to run cannot help to reproduce a failure. */
export async function sailAfresh(
  scenario: string,
  source: TapeSource,
  options: WorkerOptions,
): Promise<Verdict> {
  const worker = new WorkerThread(options);
  try {
    return await worker.sail(scenario, source);
  } finally {
    await worker.close();
  }
}
