import { expect, test } from 'vitest';
import { Room } from '../../../src/node/room.js';
import { NodeSagaJournal } from '../../../src/node/saga-journal.js';
import { Shell } from '../../../src/node/shell.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { compactionSaga } from '../../../src/sagas/compaction-saga.js';
import { evictionInput, evictionSaga } from '../../../src/sagas/eviction-saga.js';
import { LocalSegments } from '../../../src/sagas/local-segments.js';
import { locatorProjection } from '../../../src/sagas/locator.js';
import { sagasProjection } from '../../../src/sagas/projection.js';
import { SagaRunner } from '../../../src/sagas/saga-runner.js';
import { nameOf } from '../../../src/sagas/saga-store.js';
import { Sea } from '../log/sea.js';
import { FakeStore } from '../sagas/fake-store.js';
import { contentOf, idOf, localPlace, objectAt } from '../sagas/quay.js';
import { options } from './fixtures.js';

async function node(ports: Ports, store: FakeStore) {
  const rooms = {
    sagas: new Room(sagasProjection({ openMax: 10, endedMax: 10 })),
    locator: new Room(locatorProjection({ namesMax: 10 })),
  };
  const shell = await Shell.open(ports, options, [rooms.sagas, rooms.locator]);
  const local = await LocalSegments.open(ports.disk, 'segments');
  const gear = { local, remote: store.remote(), deadlineMs: 1000 };
  const runner = new SagaRunner({
    ...ports,
    journal: new NodeSagaJournal(shell, rooms),
    permit: { mayAct: () => true, acts() {} },
    definitions: [evictionSaga(gear), compactionSaga(gear)],
    attemptsMax: 3,
  });
  return { rooms, shell, local, runner };
}

test('an eviction on a real log, whose power is lost at any call of its disk, is done by the next life', async () => {
  let lives = 0;
  for (let call = 1; ; call += 1) {
    const sea = new Sea({ seed: call });
    const store = new FakeStore();
    await sea.run(async (ports) => {
      const { rooms, shell, local } = await node(ports, store);
      await local.put(idOf('1'), contentOf('1'));
      await shell.submit(rooms.locator, { kind: 'move', name: 'one', from: null, to: localPlace('1') });
    }, 'power');
    const sail = async (ports: Ports): Promise<string> => {
      const { runner } = await node(ports, store);
      await runner.start();
      const input = evictionInput({ name: 'one', segmentId: idOf('1'), object: objectAt('1') });
      await runner.begin({ sagaId: 'a', sessionId: 's', name: 'eviction', input });
      return (await runner.ended('a')).kind;
    };
    const end = await sea.live(sail, { crash: 'power', crashPoint: { call, when: 'before' } });
    await sea.run(async (ports) => {
      expect(await sail(ports)).toBe('done');
    });
    await sea.run(async (ports) => {
      const { rooms, local } = await node(ports, store);
      expect(rooms.locator.state.get('one')?.kind).toBe('remote');
      expect(await local.read(idOf('1'))).toBeUndefined();
      expect(store.get(nameOf('segment', objectAt('1')))).toEqual(contentOf('1'));
    });
    if (end.kind === 'done') break;
    lives += 1;
  }
  expect(lives).toBeGreaterThan(20);
});
