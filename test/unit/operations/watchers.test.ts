import { describe, expect, test } from 'vitest';
import { Watchers } from '../../../src/operations/watchers.js';
import {
  collect,
  complete,
  completed,
  end,
  register,
  Registry,
  result,
  rollBack,
  running,
  slot,
  terminateOwner,
} from './fixtures.js';

const outcome = { kind: 'completed', result };

/** A registry whose entries become durable only when the test says so. */
class Node {
  readonly registry: Registry;
  readonly watchers: Watchers;
  #told: number;

  constructor(registry = new Registry()) {
    this.registry = registry;
    this.watchers = new Watchers(registry);
    this.#told = registry.log.length;
  }

  makeDurable(): void {
    for (const entry of this.registry.log.slice(this.#told)) this.watchers.told(entry);
    this.#told = this.registry.log.length;
  }
}

/** What a watch has ended with so far; undefined while it goes on. */
async function endSoFar(watch: Promise<unknown>): Promise<unknown> {
  return Promise.race([watch, Promise.resolve().then(() => undefined)]);
}

describe('a watch', () => {
  test('ends for all who watch when the end is durable, and not before', async () => {
    const { registry, watchers, ...node } = fresh();
    registry.do(...running('a'));
    const watches = [watchers.subscribe('a'), watchers.subscribe('a'), watchers.subscribe('a')];
    expect(watchers.count('a')).toBe(3);
    registry.do(complete('a', watchers.watched()));
    expect(await endSoFar(Promise.race(watches))).toBe(undefined);
    node.makeDurable();
    expect(await Promise.all(watches)).toEqual(watches.map(() => ({ kind: 'ended', outcome, seq: 1 })));
    expect(watchers.count('a')).toBe(0);
    expect(watchers.watched()).toEqual([]);
  });

  test('P3: of an operation that has ended is over at once, but never before that end is durable', async () => {
    const { registry, watchers, makeDurable } = fresh();
    registry.do(...completed('a'));
    const early = watchers.subscribe('a');
    expect(await endSoFar(early)).toBe(undefined);
    makeDurable();
    expect(await early).toEqual({ kind: 'ended', outcome, seq: 1 });
    expect(await watchers.subscribe('a')).toEqual({ kind: 'ended', outcome, seq: 1 });
  });

  test('P3: of an evicted operation is answered by its tombstone', async () => {
    const { registry, watchers, makeDurable } = fresh();
    registry.do(...completed('a'), collect());
    const early = watchers.subscribe('a');
    expect(await endSoFar(early)).toBe(undefined);
    makeDurable();
    expect(await early).toEqual({ kind: 'ended', outcome, seq: 1 });
    expect(await watchers.subscribe('a')).toEqual({ kind: 'evicted', outcome, seq: 1 });
  });

  test('A21: says whether the operation was taken back, never was, or the node has closed', async () => {
    const { registry, watchers, makeDurable } = fresh();
    registry.do(register('a'), register('b'));
    const [takenBack, goesOn] = [watchers.subscribe('a'), watchers.subscribe('b')];
    registry.do(rollBack('a'));
    makeDurable();
    expect(await takenBack).toEqual({ kind: 'rolled_back' });
    expect(await watchers.subscribe('a')).toEqual({ kind: 'unknown' });
    watchers.close();
    expect(await goesOn).toEqual({ kind: 'closed' });
    expect(await watchers.subscribe('b')).toEqual({ kind: 'closed' });
    expect(watchers.watched()).toEqual([]);
  });

  test('A21: can be taken up again after a restart, for what has ended and for what goes on', async () => {
    const registry = new Registry();
    registry.do(...completed('a'), ...running('b'), ...completed('c'));
    const { watchers, makeDurable, registry: restarted } = fresh(registry.restarted());
    expect(await watchers.subscribe('a')).toEqual({ kind: 'ended', outcome, seq: 1 });
    const watch = watchers.subscribe('b');
    restarted.do(end('cancel_operation', 'b'));
    makeDurable();
    expect(await watch).toEqual({ kind: 'ended', outcome: { kind: 'cancelled', reason: null }, seq: 3 });
  });

  test('of several operations of one owner ends for each when the owner does', async () => {
    const { registry, watchers, makeDurable } = fresh();
    registry.do(register('a'), ...running('b'));
    const watches = [watchers.subscribe('a'), watchers.subscribe('b')];
    registry.do(terminateOwner('session', watchers.watched()));
    makeDurable();
    expect(await Promise.all(watches)).toMatchObject([
      { kind: 'ended', outcome: { kind: 'terminated', reason: 'owner died' }, seq: 1 },
      { kind: 'ended', outcome: { kind: 'terminated', reason: 'owner died' }, seq: 2 },
    ]);
  });

  test('P8: keeps its operation until it was told, whatever pushes', async () => {
    const { registry, watchers, makeDurable } = fresh(new Registry({ completedMax: 1 }));
    registry.do(...running('a'), ...running('s', slot));
    const watches = [watchers.subscribe('a'), watchers.subscribe('s')];
    registry.do(complete('a', watchers.watched()), end('mark_retired', 's', watchers.watched()));
    registry.do(...running('b'), complete('b', watchers.watched()));
    expect([registry.status('a'), registry.status('s')]).toEqual(['completed', 'retired']);
    makeDurable();
    expect(await Promise.all(watches)).toMatchObject([{ kind: 'ended' }, { kind: 'ended' }]);
    registry.do(collect(watchers.watched()));
    expect([registry.status('a'), registry.status('s')]).toEqual(['evicted', 'evicted']);
  });
});

function fresh(registry?: Registry) {
  const node = new Node(registry);
  return { registry: node.registry, watchers: node.watchers, makeDurable: () => node.makeDurable() };
}
