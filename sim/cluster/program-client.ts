import { outOfPatience } from '../oracles/program-facts.js';
import type { Programs } from './programs.js';
import type { Plan } from './plan.js';
import { pause } from './pause.js';
import type { ProgramService } from './program-service.js';
import { untilAnswered, waitForEnd } from './workflow-requests.js';
import { ask, auditAfterStorm, type SingleNode, stormMs } from './single-node.js';

type Sea = SingleNode<ProgramService>;

export const programName = 'planned';

const operationsMax = 3;
const thinkMsMax = 200;
const cancelMsMax = 700;
const retryMsMax = 60;
/** After so long somebody cancels what has not ended: longer than any sleep, with or without the answers that come very late. */
const patiencesMs = [12_000, 120_000] as const;

/** Submits operations, each with a program of its own; submits again, cancels, closes the node, and waits until all has ended. */
export async function runProgramClient(
  sea: Sea,
  name: string,
  programs: Programs,
  draw: () => Plan,
): Promise<void> {
  const { simulation } = sea;
  const { tape } = simulation;
  const waits: Promise<void>[] = [closeNow(sea, name)];
  const operations = tape.between('workload.operations', 1, operationsMax);
  for (let index = 0; index < operations; index += 1) {
    const operation = `${name}.op-${index}`;
    programs.add(operation, draw());
    const request = { operationId: operation, workflow: programName, input: operation };
    await pause(simulation, tape.draw('workload.think', thinkMsMax));
    await submit(sea, name, request);
    if (tape.chance('workload.duplicate', 1, 4)) {
      await untilAnswered(sea, name, `again-${operation}`, ({ node }) => node.submit(request));
    }
    const cancel = tape.chance('workload.cancel', 1, 5)
      ? { afterMs: tape.draw('workload.cancel-after', cancelMsMax), reason: 'drawn' }
      : { afterMs: tape.pick('workload.patience', patiencesMs), reason: outOfPatience };
    waits.push(seeToTheEnd(sea, name, operation, cancel));
  }
  await Promise.all(waits);
  await auditAfterStorm(sea, name);
}

/** Submits until it is accepted: a node that has too much to remember already refuses for a while. */
async function submit(
  sea: Sea,
  name: string,
  request: { readonly operationId: string; readonly workflow: string; readonly input: string },
): Promise<void> {
  const { server, simulation } = sea;
  const answers: string[] = [];
  while (answers.at(-1) !== 'accepted' && !server.givenUp) {
    if (answers.length > 0) await pause(simulation, 10 + simulation.tape.draw('workload.retry', retryMsMax));
    await untilAnswered(
      sea,
      name,
      `submit-${request.operationId}`,
      ({ node }) => node.submit(request),
      ({ kind }) => answers.push(kind),
    );
  }
}

/** Restarts the node in good order, some time during the storm or after it. */
async function closeNow(sea: Sea, name: string): Promise<void> {
  const { tape } = sea.simulation;
  if (!tape.chance('workload.close', 1, 3)) return;
  await pause(sea.simulation, tape.draw('workload.close-moment', 2 * stormMs));
  // Whatever comes of it: a node that has gone down otherwise restarts as well.
  await ask(
    sea,
    name,
    `close-${name}`,
    (service) => service.close(),
    () => {},
  );
}

/** Waits for the end, and cancels what takes too long. */
async function seeToTheEnd(
  sea: Sea,
  name: string,
  operation: string,
  { afterMs, reason }: { readonly afterMs: number; readonly reason: string },
): Promise<void> {
  let hasEnded = false;
  const cancelling = pause(sea.simulation, afterMs).then(async () => {
    if (hasEnded) return;
    await untilAnswered(sea, name, `cancel-${operation}`, ({ node }) => node.cancel(operation, reason));
  });
  await waitForEnd(sea, name, operation);
  hasEnded = true;
  await cancelling;
}
