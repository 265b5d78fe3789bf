import { describe, expect, test } from 'vitest';
import { BarrierWaiters } from '../../../src/node/barrier-waiters.js';
import {
  acknowledge,
  cancelWait,
  complete,
  completed,
  register,
  Registry,
  result,
  rollBack,
  running,
  start,
  waitAll,
} from '../operations/fixtures.js';

const ended = (seq: number) => ({ kind: 'ended', outcome: { kind: 'completed', result }, seq });

/** A registry whose entries become durable only when the test says so. */
function fresh(registry = new Registry()) {
  const waiters = new BarrierWaiters(registry.state);
  let told = registry.log.length;
  return {
    registry,
    waiters,
    makeDurable: () => {
      for (const entry of registry.log.slice(told)) waiters.told(entry);
      told = registry.log.length;
    },
  };
}

/** What a wait has ended with so far; undefined while it goes on. */
async function endSoFar(wait: Promise<unknown>): Promise<unknown> {
  return Promise.race([wait, Promise.resolve().then(() => undefined)]);
}

describe('a wait', () => {
  test('ends for all who wait when the last answer is durable, in the order of the request, and not before', async () => {
    const { registry, waiters, makeDurable } = fresh();
    registry.do(...running('a'), ...running('b'), waitAll('w', 'b', 'a'));
    makeDurable();
    const waits = [waiters.subscribe('w'), waiters.subscribe('w')];
    expect(waiters.count('w')).toBe(2);
    registry.do(complete('a'), complete('b'));
    expect(await endSoFar(Promise.race(waits))).toBe(undefined);
    makeDurable();
    const answers = [ended(2), ended(1)];
    expect(await Promise.all(waits)).toEqual(waits.map(() => ({ kind: 'satisfied', answers })));
    expect(waiters.count('w')).toBe(0);
  });

  test('that begins late is answered at once, for as long as the answers are held', async () => {
    const { registry, waiters, makeDurable } = fresh();
    registry.do(...completed('a'), waitAll('w', 'a'));
    makeDurable();
    expect(await waiters.subscribe('w')).toEqual({ kind: 'satisfied', answers: [ended(1)] });
    registry.do(acknowledge('w'));
    expect(await waiters.subscribe('w')).toMatchObject({ kind: 'satisfied' });
    makeDurable();
    expect(await waiters.subscribe('w')).toEqual({ kind: 'unknown' });
  });

  test('ends as well when a member was taken back', async () => {
    const { registry, waiters, makeDurable } = fresh();
    registry.do(register('a'), waitAll('w', 'a'));
    makeDurable();
    const wait = waiters.subscribe('w');
    registry.do(rollBack('a'));
    makeDurable();
    expect(await wait).toEqual({ kind: 'satisfied', answers: [{ kind: 'rolled_back' }] });
  });

  test('is told when it was cancelled; one of the same name that is opened later is another', async () => {
    const { registry, waiters, makeDurable } = fresh();
    registry.do(register('a'), waitAll('w', 'a'));
    makeDurable();
    const first = waiters.subscribe('w');
    registry.do(cancelWait('w'), waitAll('w', 'a'));
    makeDurable();
    expect(await first).toEqual({ kind: 'cancelled' });
    const second = waiters.subscribe('w');
    registry.do(start('a'), complete('a'));
    makeDurable();
    expect(await second).toEqual({ kind: 'satisfied', answers: [ended(1)] });
  });

  test('can be taken up again after a restart, be the barrier open or satisfied', async () => {
    const registry = new Registry();
    registry.do(...completed('a'), ...running('b'), waitAll('w', 'a'), waitAll('x', 'b', 'a'));
    const { waiters, makeDurable, registry: restarted } = fresh(registry.restarted());
    expect(await waiters.subscribe('w')).toEqual({ kind: 'satisfied', answers: [ended(1)] });
    const wait = waiters.subscribe('x');
    restarted.do(complete('b'));
    makeDurable();
    expect(await wait).toEqual({ kind: 'satisfied', answers: [ended(2), ended(1)] });
  });

  test('ends with the life of the node, as do later ones', async () => {
    const { registry, waiters, makeDurable } = fresh();
    registry.do(register('a'), waitAll('w', 'a'));
    makeDurable();
    const wait = waiters.subscribe('w');
    waiters.close();
    expect(await wait).toEqual({ kind: 'closed' });
    expect(await waiters.subscribe('w')).toEqual({ kind: 'closed' });
  });
});
