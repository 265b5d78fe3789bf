import type { SagaRequest } from '../../src/sagas/saga-runner.js';
import type { SagaEnd } from '../../src/sagas/saga.js';
import type { FleetWorkload } from './fleet-client.js';
import type { Machine } from './machine.js';
import { pause } from './pause.js';
import { orderSagaName } from './quay.js';
import { ask } from './single-node.js';
import type { WorkerService } from './worker-service.js';

const sagasMax = 3;

/** Runs sagas of some sessions at some workers, each at the one whose log knows of it, to their ends; and wishes some of them undone. */
export async function runSagaClient(workload: FleetWorkload, name: string): Promise<void> {
  const { simulation } = workload.fleet;
  const { tape } = simulation;
  const sagas: Promise<void>[] = [];
  for (let left = tape.between('workload.sagas', 1, sagasMax); left > 0; left -= 1) {
    await pause(simulation, tape.draw('workload.think', workload.thinkMsMax));
    const worker = tape.pick('workload.worker', workload.workers);
    const sessionId = tape.pick('workload.session', workload.sessions);
    const request = { sagaId: `${name}.saga-${left}`, sessionId, name: orderSagaName, input: null };
    sagas.push(runSaga(workload, name, worker, request).then(() => {}));
  }
  await Promise.all(sagas);
}

/** Begins it again and again, which attaches to it, until it is told how it ended. */
export async function runSaga(
  workload: FleetWorkload,
  client: string,
  worker: Machine<WorkerService>,
  request: SagaRequest,
): Promise<SagaEnd> {
  const { fleet } = workload;
  const { simulation } = fleet;
  const { tape } = simulation;
  const { sagaId } = request;
  const sea = fleet.at(worker);
  const isUnwanted = tape.chance('workload.cancels-saga', 1, 4);
  for (let attempt = 0; ; attempt += 1) {
    const id = `${sagaId}-${attempt}`;
    const begun = await ask(
      sea,
      client,
      `saga-${id}`,
      ({ node }) => node.runSaga(request),
      () => {},
    );
    if (begun?.kind === 'accepted') {
      if (isUnwanted) {
        await pause(simulation, tape.draw('workload.cancel-after', 300));
        await ask(
          sea,
          client,
          `cancel-${id}`,
          ({ node }) => node.cancelSaga(sagaId, 'drawn'),
          () => {},
        );
      }
      const end = await ask(
        sea,
        client,
        `ended-${id}`,
        ({ node }) => node.sagaEnded(sagaId),
        () => {},
      );
      if (end !== undefined) return end;
    }
    await pause(simulation, 20 + tape.draw('workload.retry', 100));
  }
}
