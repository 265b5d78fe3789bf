import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import type { SagaEnd } from '../../../src/sagas/saga.js';
import { compaction, eviction, Quay } from './quay.js';

type Request = ReturnType<typeof eviction>;

interface Plan {
  readonly crash?: number;
  /** In which life, and at which point of it. */
  readonly cancel?: { readonly life: number; readonly at: number };
}

interface Story {
  readonly quay: Quay;
  readonly end: SagaEnd;
  /** Of the first life. */
  readonly points: number;
}

async function tell(request: Request, { crash, cancel }: Plan): Promise<Story> {
  const quay = new Quay();
  const faults: unknown[] = [];
  let points = 0;
  for (const index of [0, 1]) {
    const { life, runner } = await quay.life(index === 0 ? crash : undefined);
    life.at = (point) => {
      try {
        quay.judge(life.locator);
      } catch (error) {
        faults.push(error);
      }
      if (cancel?.life === index && cancel.at === point) void runner.cancel(request.sagaId, 'no more');
    };
    const live = async (): Promise<SagaEnd> => {
      await runner.start();
      await runner.begin(request);
      return runner.ended(request.sagaId);
    };
    const isDead = crash !== undefined && index === 0 && life.points >= crash;
    const end = isDead ? 'crashed' : await Promise.race([live(), life.died]);
    if (index === 0) ({ points } = life);
    if (end === 'crashed') continue;
    await Promise.race([runner.close(), life.died]);
    if (faults.length > 0) throw faults[0];
    quay.judge(life.locator);
    return { quay, end, points };
  }
  throw new Error('it died by itself');
}

/** Late duplicates of all that was ever asked bring nothing back. */
function judgeLate({ quay, end }: Story, { sagaId }: Request): void {
  const before = [...quay.store.objects.keys()];
  for (const duplicate of quay.store.duplicates) duplicate();
  assert.deepEqual([...quay.store.objects.keys()], before);
  if (end.kind === 'compensated') assert.deepEqual(quay.heldBy(sagaId), []);
}

async function sweep(request: Request, judge: (story: Story) => void): Promise<ReadonlyMap<string, number>> {
  const { points } = await tell(request, {});
  const ends = new Map<string, number>();
  for (let crash = 1; crash <= points; crash += 1) {
    // A fifth of all pairs: after five crash points, each moment to cancel had its turn.
    for (let at = crash % 5; at <= points; at += 5) {
      for (const life of at === 0 ? [0] : [0, 1]) {
        const story = await tell(request, { crash, ...(at === 0 ? {} : { cancel: { life, at } }) });
        judge(story);
        judgeLate(story, request);
        ends.set(story.end.kind, (ends.get(story.end.kind) ?? 0) + 1);
      }
    }
  }
  return ends;
}

test('F39, F44, F50: an eviction that is cancelled and crashes, anywhere, leaves the segment here or there', async () => {
  const ends = await sweep(eviction(), ({ quay, end }) => {
    const isDone = end.kind === 'done';
    assert.equal(quay.hasLocal('1'), !isDone);
    assert.equal(quay.hasRemote('1'), isDone);
    assert.equal(quay.place('one')?.kind, isDone ? 'remote' : 'local');
  });
  expect(ends.get('done')).toBeGreaterThan(100);
  expect(ends.get('compensated')).toBeGreaterThan(100);
});

test('F42, F43, F45: a compaction that is cancelled and crashes, anywhere, is published or leaves nothing', async () => {
  const ends = await sweep(compaction(), ({ quay, end }) => {
    const isDone = end.kind === 'done';
    assert.equal(quay.store.objects.size, isDone ? 3 : 0);
    assert.equal(quay.place('all')?.kind, isDone ? 'remote' : undefined);
    assert.ok(quay.hasLocal('2') && quay.hasLocal('3'));
  });
  expect(ends.get('done')).toBeGreaterThan(100);
  expect(ends.get('compensated')).toBeGreaterThan(100);
});
