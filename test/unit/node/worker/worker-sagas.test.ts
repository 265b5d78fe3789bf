import { expect, test } from 'vitest';
import type { SagaDefinition } from '../../../../src/sagas/definition.js';
import { sail } from './fleet.js';

/** Two steps, of which the second takes a while. */
function ferry(done: string[]): SagaDefinition {
  const step = (name: string): SagaDefinition['steps'][number] => ({
    name,
    async perform({ key }) {
      done.push(`${name} ${key}`);
      return { result: null };
    },
    async compensate({ key }) {
      done.push(`undo ${name} ${key}`);
      return {};
    },
  });
  return { name: 'ferry', steps: [step('load'), step('cross')] };
}

const limits = { attemptsMax: 3, openMax: 10, endedMax: 10, namesMax: 10 } as const;

test('a saga is run under the ownership of its session, and each of its acts is told', async () => {
  const done: string[] = [];
  await sail([], async (fleet) => {
    const sagas = { ...limits, definitions: () => [ferry(done)] };
    const { node } = await fleet.worker('worker-1', { sagas });
    const begun = await node.runSaga({ sagaId: 'f', sessionId: 's', name: 'ferry', input: 1 });
    expect(begun.kind).toBe('accepted');
    expect(await node.sagaEnded('f')).toEqual({ kind: 'done' });
    expect(done).toHaveLength(2);
    expect(fleet.events('worker.acts').map(({ act }) => act)).toEqual([
      'list',
      'saga perform load',
      'saga perform cross',
    ]);
  });
});

test('a saga that a former life has begun goes on when its session is owned again', async () => {
  const done: string[] = [];
  await sail([], async (fleet) => {
    const sagas = { ...limits, definitions: () => [ferry(done)] };
    const unable = { ...limits, definitions: () => [{ ...ferry([]), steps: stuck }] };
    const first = await fleet.worker('worker-1', { sagas: unable });
    await first.node.runSaga({ sagaId: 'f', sessionId: 's', name: 'ferry', input: 1 });
    await fleet.ports.clock.sleep(50);
    first.line.isCut = true;
    await first.node.close();
    const second = await fleet.worker('worker-1', { sagas });
    expect(await second.node.sagaEnded('f')).toEqual({ kind: 'done' });
    expect(fleet.events('worker.acts').filter(({ act }) => act === 'saga perform cross')).toMatchObject([
      { generation: 1 },
    ]);
  });
});

test('a saga of a session that another worker owns is refused, with its owner', async () => {
  await sail([], async (fleet) => {
    const sagas = { ...limits, definitions: () => [{ ...ferry([]), steps: stuck }] };
    const one = await fleet.worker('worker-1', { sagas });
    const two = await fleet.worker('worker-2', { sagas });
    const request = { sagaId: 'f', sessionId: 's', name: 'ferry', input: 1 };
    await one.node.runSaga(request);
    expect(await two.node.runSaga(request)).toMatchObject({
      kind: 'refused',
      refusal: { code: 'WORKER_NOT_OWNER', workerName: 'worker-1' },
    });
    expect(await one.node.transfer('s', two.node.ownerId, 100)).toEqual({
      kind: 'kept',
      reason: 'WORKER_SAGA_OPEN',
    });
  });
});

/** The steps of a ferry that never comes. */
const stuck: SagaDefinition['steps'] = ['load', 'cross'].map((name) => ({
  name,
  perform: ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('nobody waits any more')));
    }),
  compensate: async () => ({}),
}));
