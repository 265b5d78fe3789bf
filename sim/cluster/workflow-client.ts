import type { SubmitRequest } from '../../src/node/workflow-node.js';
import { drawnWorkflowName, drawPlan, inputOf } from './drawn-workflow.js';
import { readFeed } from './feed-reader.js';
import { pause } from './pause.js';
import { auditAfterStorm } from './single-node.js';
import { look, type Sea, submit, untilAnswered, waitForEnd } from './workflow-requests.js';

/** Submits, submits again, cancels, waits, and reads the feed. */
export async function runClient(sea: Sea, name: string): Promise<void> {
  const { tape } = sea.simulation;
  const operations = tape.between('workload.operations', 1, 4);
  const waits: Promise<void>[] = [];
  for (let index = 0; index < operations; index += 1) {
    const operation = `${name}.op-${index}`;
    const request = {
      operationId: operation,
      workflow: drawnWorkflowName,
      input: inputOf(operation, drawPlan(tape)),
    };
    await pause(sea.simulation, tape.draw('workload.think', 150));
    await untilAccepted(sea, name, request);
    if (tape.chance('workload.duplicate', 1, 4)) await untilAccepted(sea, name, request);
    waits.push(waitForEnd(sea, name, operation).then(() => look(sea, name, operation)));
    if (tape.chance('workload.cancel', 1, 6)) {
      await pause(sea.simulation, tape.draw('workload.cancel-after', 200));
      await untilAnswered(sea, name, `cancel-${operation}`, (service) =>
        service.node.cancel(operation, 'drawn'),
      );
    }
  }
  if (tape.chance('workload.reads-feed', 1, 2)) waits.push(readFeed(sea, name));
  await Promise.all(waits);
  await auditAfterStorm(sea, name);
}

/** Submits until there is room for the operation. */
async function untilAccepted(sea: Sea, client: string, request: SubmitRequest): Promise<void> {
  while ((await submit(sea, client, request))?.kind === 'refused') {
    await pause(sea.simulation, 20 + sea.simulation.tape.draw('workload.retry', 60));
  }
}
