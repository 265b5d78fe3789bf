import { encodeCanonical } from '../../src/codec/cbor.js';
import type { SubmitRefusal } from '../../src/node/operation-recorder.js';
import type { Outcome } from '../../src/node/shell.js';
import type { SubmitRequest, WorkflowNode } from '../../src/node/workflow-node.js';
import { bytesDigest } from './bytes-digest.js';
import { pause } from './pause.js';
import { ask, type SingleNode } from './single-node.js';
import type { Service } from './service.js';

/** Anything that runs workflows. */
interface RunsWorkflows extends Service {
  readonly node: WorkflowNode;
}

export type Sea = SingleNode<RunsWorkflows>;

/** Submits until there is an answer; undefined when the node has refused its disk for good. */
export function submit(
  sea: Sea,
  client: string,
  request: SubmitRequest,
): Promise<Outcome<SubmitRefusal> | undefined> {
  const { operationId: operation } = request;
  return untilAnswered(
    sea,
    client,
    `submit-${operation}-${sea.simulation.nowMs}`,
    (service) => service.node.submit(request),
    (outcome) => {
      const answer = outcome.kind === 'accepted' ? outcome.kind : outcome.refusal.code;
      const input = bytesDigest(encodeCanonical(request.input));
      sea.bench.observe({ kind: 'client.submitted', node: client, operation, input, answer });
    },
  );
}

/** Asks again and again, since whoever does not know what came of it may ask again. Gives up with the node. */
export async function untilAnswered<Answer>(
  sea: Sea,
  client: string,
  request: string,
  action: (service: RunsWorkflows) => Promise<Answer>,
  shown: (answer: Answer) => void = () => {},
): Promise<Answer | undefined> {
  for (let attempt = 0; !sea.server.givenUp; attempt += 1) {
    const answered = await ask(
      sea,
      client,
      `${request}-${attempt}`,
      async (service) => ({ answer: await action(service) }),
      ({ answer }) => shown(answer),
    );
    if (answered !== undefined) return answered.answer;
    await pause(sea.simulation, 10 + sea.simulation.tape.draw('workload.retry', 60));
  }
  return undefined;
}

/** Waits for the end of an operation, over as many lives of the node as it takes. */
export async function waitForEnd(sea: Sea, client: string, operation: string): Promise<void> {
  let isClosed = true;
  while (isClosed && !sea.server.givenUp) {
    isClosed = false;
    await untilAnswered(
      sea,
      client,
      `wait-${operation}`,
      (service) => service.node.wait(operation),
      ({ watch }) => {
        isClosed = watch.kind === 'closed';
        if (isClosed) return;
        const outcome = 'outcome' in watch ? watch.outcome.kind : watch.kind;
        sea.bench.observe({ kind: 'client.ended', node: client, operation, outcome });
      },
    );
    if (isClosed) await pause(sea.simulation, 10 + sea.simulation.tape.draw('workload.retry', 60));
  }
}

/** Looks at an operation, to see whether what was told of it is still so. */
export async function look(sea: Sea, client: string, operation: string): Promise<void> {
  await untilAnswered(
    sea,
    client,
    `look-${operation}`,
    (service) => service.node.status(operation),
    (snapshot) => {
      const status = snapshot?.status ?? '';
      sea.bench.observe({ kind: 'client.looked', node: client, operation, status });
    },
  );
}
