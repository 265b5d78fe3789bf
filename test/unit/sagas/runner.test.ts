import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../src/sagas/backoff.js';
import { type SagaContext, type SagaDefinition, StepFailedForGood } from '../../../src/sagas/definition.js';
import { sagaResultBytesMax } from '../../../src/sagas/limits.js';
import type { Place } from '../../../src/sagas/place.js';
import { Harbour, Life, voyage } from './harbour.js';

const sagaId = 'a';
const request = { sagaId, sessionId: 's1', name: 'voyage', input: { cargo: 'salt' } };
const rain = new Error('rain');

/** One step, which does what the test says. */
function single(
  perform: SagaDefinition['steps'][number]['perform'],
  compensate: SagaDefinition['steps'][number]['compensate'] = async () => ({}),
): SagaDefinition {
  return { name: 'voyage', steps: [{ name: 'sail', perform, compensate }] };
}

/** When everything that can go on has gone on. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
}

const never = <Value>(): Promise<Value> => new Promise(() => {});

describe('a step', () => {
  test('is given its input, its keys, its holder, and what came of the steps before it', async () => {
    const life = new Life(new Harbour());
    const seen: SagaContext[] = [];
    const step = (name: string): SagaDefinition['steps'][number] => ({
      name,
      async perform(context) {
        seen.push(context);
        if (name === 'unload') throw new StepFailedForGood('rain');
        return { result: `${name} done` };
      },
      async compensate(context) {
        seen.push(context);
        return {};
      },
    });
    const runner = life.runner([{ name: 'voyage', steps: [step('load'), step('unload')] }]);
    await runner.start();
    await runner.begin(request);
    expect((await runner.ended(sagaId)).kind).toBe('compensated');
    expect(seen.map(({ results }) => [...results])).toEqual([
      [],
      [['load', 'load done']],
      [['load', 'load done']],
      [['load', 'load done']],
    ]);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(4);
    expect(new Set(seen.map(({ holder }) => holder))).toEqual(new Set([`a/${'01'.repeat(16)}`]));
    expect(seen[0]?.input).toEqual({ cargo: 'salt' });
  });

  test('that fails is tried again, ever more seldom, under the same key, and then given up and compensated', async () => {
    const life = new Life(new Harbour());
    const keys = new Set<string>();
    const runner = life.runner(
      [
        single(async ({ key }) => {
          keys.add(key);
          throw rain;
        }),
      ],
      { attemptsMax: 4 },
    );
    await runner.start();
    await runner.begin(request);
    const failure = { name: 'Error', message: 'rain' };
    const cause = { kind: 'failed', step: 'sail', failure };
    expect(await runner.ended(sagaId)).toEqual({ kind: 'compensated', cause });
    expect(life.acts).toEqual([...Array.from({ length: 4 }, () => 'perform sail'), 'compensate sail']);
    expect(life.sleptMs).toEqual([62, 125, 250]);
    expect(keys.size).toBe(1);
    expect(life.events[0]).toBe('saga.failed UNKNOWN');
  });

  test.each([
    ['that says nothing of why it failed', async () => Promise.reject(undefined)],
    ['that is asked for', () => Promise.reject(new StepFailedForGood('rain'))],
    ['whose result is too large', async () => ({ result: 'x'.repeat(sagaResultBytesMax) })],
    ['whose result is no data', async () => ({ result: '\ud800' })],
  ])('%s is compensated', async (_name, perform) => {
    const life = new Life(new Harbour());
    const runner = life.runner([single(perform)], { attemptsMax: 1 });
    await runner.start();
    await runner.begin(request);
    expect((await runner.ended(sagaId)).kind).toBe('compensated');
    expect(life.acts).toEqual(['perform sail', 'compensate sail']);
  });

  test('moves a name in the batch that says that it is done, and is compensated when the name was moved by another', async () => {
    const life = new Life(new Harbour());
    const object = { digest: '0'.repeat(64), length: 1 };
    const to: Place = { kind: 'local', segmentId: '1'.repeat(32), object };
    const moving = single(async () => ({
      result: null,
      locator: { kind: 'move', name: 'n', from: null, to },
    }));
    const runner = life.runner([moving]);
    await runner.start();
    await runner.begin(request);
    expect((await runner.ended(sagaId)).kind).toBe('done');
    expect(life.harbour.log.map(({ room }) => room)).toEqual(['sagas', 'sagas', 'sagas', 'sagas', 'locator']);
    life.locator.set('n', { ...to, segmentId: '2'.repeat(32) });
    await runner.begin({ ...request, sagaId: 'b' });
    expect(await runner.ended('b')).toMatchObject({
      kind: 'compensated',
      cause: { failure: { name: 'LocatorConflict' } },
    });
  });
});

describe('a compensation', () => {
  test('F52: is tried until it holds, ever more seldom', async () => {
    const life = new Life(new Harbour());
    let calls = 0;
    const runner = life.runner([
      single(
        () => Promise.reject(new StepFailedForGood('rain')),
        async () => {
          calls += 1;
          if (calls < 30) throw rain;
          return {};
        },
      ),
    ]);
    await runner.start();
    await runner.begin(request);
    expect((await runner.ended(sagaId)).kind).toBe('compensated');
    expect(calls).toBe(30);
    expect(life.sleptMs.at(-1)).toBe(16_000);
  });

  test('is not told to stop by a wish to cancel', async () => {
    const life = new Life(new Harbour());
    let signal: AbortSignal | undefined;
    const runner = life.runner([
      single(
        () => Promise.reject(new StepFailedForGood('rain')),
        (context) => {
          signal = context.signal;
          return never();
        },
      ),
    ]);
    await runner.start();
    await runner.begin(request);
    await quiet();
    await runner.cancel(sagaId, 'no more');
    expect(signal?.aborted).toBe(false);
    await runner.close();
    expect(signal?.aborted).toBe(true);
  });
});

describe('a wish to cancel', () => {
  test('is told to the step that is on, which ends before anything is undone', async () => {
    const life = new Life(new Harbour());
    let end = (): void => {};
    const runner = life.runner([
      single(({ signal }) => {
        expect(signal.aborted).toBe(false);
        return new Promise((resolve) => {
          end = () => {
            expect(signal.aborted).toBe(true);
            resolve({ result: null });
          };
        });
      }),
    ]);
    await runner.start();
    await runner.begin(request);
    await quiet();
    expect(await runner.cancel(sagaId, 'no more')).toEqual({ kind: 'accepted' });
    await quiet();
    expect(life.acts).toEqual(['perform sail']);
    end();
    expect(await runner.ended(sagaId)).toEqual({
      kind: 'compensated',
      cause: { kind: 'cancelled', reason: 'no more' },
    });
    expect(life.acts).toEqual(['perform sail', 'compensate sail']);
  });

  test('ends what was not begun yet, and tells who waits for it', async () => {
    const life = new Life(new Harbour());
    const runner = life.runner([voyage(life)]);
    await runner.begin(request);
    const ended = runner.ended(sagaId);
    await runner.cancel(sagaId, 'no more');
    expect((await ended).kind).toBe('compensated');
    expect(life.acts).toEqual([]);
  });

  test('F51: is refused when the saga is done', async () => {
    const life = new Life(new Harbour());
    const runner = life.runner([voyage(life)]);
    await runner.start();
    await runner.begin(request);
    await runner.ended(sagaId);
    expect(await runner.cancel(sagaId, 'no more')).toMatchObject({
      kind: 'refused',
      refusal: { code: 'SAGA_ENDED', end: { kind: 'done' } },
    });
    expect(life.harbour.world.standing).toEqual(['load', 'sail', 'unload']);
  });
});

describe('who may not act', () => {
  test('acts no more, neither before nor after a wait, and is told why', async () => {
    const total = new Life(new Harbour());
    const whole = total.runner([voyage(total)]);
    await whole.start();
    await whole.begin(request);
    await whole.ended(sagaId);
    let stopped = 0;
    for (let lost = 3; lost < total.points; lost += 1) {
      const life = new Life(new Harbour());
      const runner = life.runner([voyage(life)]);
      let acts = 0;
      life.at = (point) => {
        if (point !== lost) return;
        life.permitted = false;
        acts = life.acts.length;
      };
      await runner.start();
      await runner.begin(request);
      await quiet();
      // Its last act was on, and its end recorded already.
      if (life.sagas.ended.has(sagaId)) break;
      stopped += 1;
      expect(life.events).toEqual(['saga.run-ended SAGA_NOT_PERMITTED']);
      expect(life.acts.length).toBe(acts);
      life.permitted = true;
      await runner.resume('s1');
      expect((await runner.ended(sagaId)).kind).toBe('done');
      expect(life.harbour.world.effects).toEqual(['+load', '+sail', '+unload']);
    }
    expect(stopped).toBeGreaterThan(15);
  });

  test('is interrupted at once, whatever it waits for, and may be allowed to go on', async () => {
    const life = new Life(new Harbour());
    let calls = 0;
    const runner = life.runner([
      single(async () => {
        calls += 1;
        return calls === 1 ? never() : { result: null };
      }),
    ]);
    await runner.start();
    await runner.begin(request);
    await quiet();
    runner.interrupt('another');
    await quiet();
    expect(life.events).toEqual([]);
    runner.interrupt('s1');
    await runner.resume('another');
    expect(life.events).toEqual(['saga.run-ended SAGA_INTERRUPTED']);
    await runner.resume('s1');
    expect((await runner.ended(sagaId)).kind).toBe('done');
  });
});

describe('a definition', () => {
  test('that is missing at a restart is told, and its saga stays', async () => {
    const harbour = new Harbour();
    const first = new Life(harbour);
    await first.runner([voyage(first)]).begin(request);
    const life = new Life(harbour);
    await life.runner([]).start();
    await quiet();
    expect(life.events).toEqual(['saga.run-ended SAGA_UNKNOWN_DEFINITION']);
    expect([...life.sagas.open.keys()]).toEqual([sagaId]);
  });

  test.each([[['load', 'unload']], [['sail', 'load', 'unload']]])(
    'with other steps than were recorded is not run: %s',
    async (steps) => {
      const harbour = new Harbour();
      const first = new Life(harbour);
      await first.runner([voyage(first)]).begin(request);
      const life = new Life(harbour);
      await life.runner([voyage(life, steps)]).start();
      await quiet();
      expect(life.events).toEqual(['saga.run-ended SAGA_DIVERGED']);
      expect(life.acts).toEqual([]);
    },
  );

  test('that nobody knows begins nothing', async () => {
    const life = new Life(new Harbour());
    await expect(life.runner([]).begin(request)).rejects.toMatchObject({ code: 'SAGA_UNKNOWN_DEFINITION' });
    expect(life.harbour.log).toEqual([]);
  });
});

describe('a runner', () => {
  test('that is closed lets go of everything', async () => {
    const life = new Life(new Harbour());
    const runner = life.runner([single(() => never())]);
    await runner.start();
    await runner.begin(request);
    const ended = runner.ended(sagaId);
    await quiet();
    await runner.close();
    await expect(ended).rejects.toMatchObject({ code: 'SAGA_INTERRUPTED' });
    await expect(runner.ended(sagaId)).rejects.toMatchObject({ code: 'SAGA_INTERRUPTED' });
    const { length } = life.harbour.log;
    await runner.resume('s1');
    await quiet();
    expect(life.harbour.log.length).toBe(length);
  });

  test('knows nothing of a saga that was never begun', async () => {
    const runner = new Life(new Harbour()).runner([]);
    await expect(runner.ended('nobody')).rejects.toMatchObject({ code: 'SAGA_UNKNOWN' });
  });

  test('waits from an eighth of a second to 32 seconds', () => {
    const entropy = (share: number) => ({
      bytes: () => new Uint8Array(),
      below: (bound: number) => Math.floor(share * (bound - 1)),
    });
    expect([1, 2, 9, 100].map((failures) => backoffMs(failures, entropy(1)))).toEqual([
      125, 250, 32_000, 32_000,
    ]);
    expect(backoffMs(1, entropy(0))).toBe(62);
  });
});
