import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { StepFailedForGood } from '../../../src/sagas/definition.js';
import type { SagaEnd } from '../../../src/sagas/saga.js';
import { Harbour, Life, voyage } from './harbour.js';

const sagaId = 'a';
const request = { sagaId, sessionId: 's1', name: 'voyage', input: 'salt' };
const steps = ['load', 'sail', 'unload'];

type Flaw = Parameters<typeof voyage>[2];

interface Plan {
  readonly flaw?: Flaw;
  /** At which points, counted over all lives, the process dies. */
  readonly crashes: readonly number[];
  /** At which point of its life somebody wishes it undone: of which life, from 0. */
  readonly cancel?: { readonly life: number; readonly at: number };
}

interface Story {
  readonly harbour: Harbour;
  readonly end: SagaEnd;
  /** How many points each life had. */
  readonly points: readonly number[];
}

/** Lives on one harbour, one after the other, until the saga has ended. */
async function tell({ flaw, crashes, cancel }: Plan): Promise<Story> {
  const harbour = new Harbour();
  const points: number[] = [];
  for (let index = 0; ; index += 1) {
    const life = new Life(harbour, crashes[index]);
    const runner = life.runner([voyage(life, steps, flaw)]);
    life.at = (point) => {
      if (cancel?.life === index && cancel.at === point) void runner.cancel(sagaId, 'no more');
    };
    const live = async (): Promise<SagaEnd> => {
      await runner.start();
      await runner.begin(request);
      return runner.ended(sagaId);
    };
    const end = await Promise.race([live(), life.died]);
    points.push(life.points);
    if (end !== 'crashed') {
      await Promise.race([runner.close(), life.died]);
      return { harbour, end, points };
    }
    assert.ok(index < crashes.length, 'it died by itself');
  }
}

/** All or nothing, each effect once, back in reverse order, and nothing that held is done again. */
function judge({ harbour, end }: Story): void {
  const { world, entries } = harbour;
  const done = world.effects.filter((each) => each.startsWith('+')).map((each) => each.slice(1));
  const undone = world.effects.filter((each) => each.startsWith('-')).map((each) => each.slice(1));
  assert.deepEqual(done, steps.slice(0, done.length));
  if (end.kind === 'done') {
    assert.deepEqual(world.effects, ['+load', '+sail', '+unload']);
  } else {
    assert.deepEqual(undone, done.toReversed());
    assert.deepEqual(world.standing, []);
  }
  const kinds = entries.map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === 'saga_ended').length, 1);
  assert.equal(kinds.at(-1), 'saga_ended');
  const turnedAt = kinds.indexOf('turned_back');
  assert.ok(turnedAt < 0 || !kinds.slice(turnedAt).includes('step_tried'));
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== 'compensation_done') continue;
    const after = entries.slice(index + 1);
    assert.ok(after.every((each) => each.kind !== 'compensation_tried' || each.step < entry.step));
  }
}

const failing: readonly (readonly [string, Flaw])[] = [
  ['nothing', undefined],
  [
    'the last step, for good',
    (call) => (call === '+unload' ? { before: new StepFailedForGood('rain') } : {}),
  ],
  [
    'the second step, for good, when it has acted',
    (call) => (call === '+sail' ? { after: new StepFailedForGood('rain') } : {}),
  ],
  [
    'the second step, each time, when it has acted',
    (call) => (call === '+sail' ? { after: new Error('rain') } : {}),
  ],
  ['every call, at first', (_call, attempt) => (attempt === 1 ? { before: new Error('rain') } : {})],
  [
    'the last step for good, and its compensations at first, when they have acted',
    (call, attempt) => {
      if (call === '+unload') return { before: new StepFailedForGood('rain') };
      return call.startsWith('-') && attempt < 2 ? { after: new Error('wind') } : {};
    },
  ],
];

test.each(failing)('cancel_every_step × crash_every_step: %s fails', async (_name, flaw) => {
  const { points } = await tell({ crashes: [], ...(flaw === undefined ? {} : { flaw }) });
  const most = points[0] ?? 0;
  const ends = new Set<string>();
  for (let crash = 1; crash <= most; crash += 1) {
    // A third of all pairs: after three crash points, each moment to cancel had its turn.
    for (let at = crash % 3; at <= most; at += 3) {
      for (const life of [0, 1]) {
        if (life === 1 && at === 0) continue;
        const story = await tell({
          crashes: [crash],
          ...(flaw === undefined ? {} : { flaw }),
          ...(at === 0 ? {} : { cancel: { life, at } }),
        });
        judge(story);
        ends.add(story.end.kind);
      }
    }
  }
  expect(ends).toContain('compensated');
});

test.each(failing)(
  'G4, G7: wherever it crashes twice, it goes on where it was: %s fails',
  async (_name, flaw) => {
    const given = flaw === undefined ? { cancel: { life: 0, at: 16 } } : { flaw };
    let stories = 0;
    const { points } = await tell({ crashes: [], ...given });
    for (let first = 1; first <= (points[0] ?? 0); first += 1) {
      const { points: second } = await tell({ crashes: [first], ...given });
      for (let again = 1; again <= (second[1] ?? 0); again += 1) {
        judge(await tell({ crashes: [first, again], ...given }));
        stories += 1;
      }
    }
    expect(stories).toBeGreaterThan(300);
  },
);
