import { describe, expect, test } from 'vitest';
import { dedupClock } from '../../../src/remote/dedup-clock.js';
import { inputBytesMax } from '../../../src/remote/canonical-request.js';
import { type ClaimChanges, bytes, claim, Dedup, done, keyOfClaim, put } from './dedup-fixtures.js';
import { FakeClock } from './fake-clock.js';

const key = keyOfClaim();
const settle = (response = 'ok', run = 1, nowMs = 0) =>
  ({ kind: 'settle', key, run, outcome: done(response), nowMs }) as const;
const abandon = (run = 1, nowMs = 0) => ({ kind: 'abandon', key, run, nowMs }) as const;

describe('a claim', () => {
  test('of what nobody asked for yet begins its first run, which is recorded before anything is done', () => {
    const dedup = new Dedup();
    expect(dedup.ask()).toEqual({ kind: 'begin', key, run: 1 });
    expect(dedup.log.map(({ kind }) => kind)).toEqual(['claimed']);
  });

  test('F2, K6: of what runs already attaches to the run, and records nothing', () => {
    const dedup = new Dedup();
    dedup.ask();
    expect(dedup.ask()).toEqual({ kind: 'attach', key, run: 1 });
    expect(dedup.log).toHaveLength(1);
  });

  test('of what has ended is answered from the record, whoever asks', () => {
    const dedup = new Dedup();
    dedup.carryOut({}, done('first'));
    expect(dedup.ask({ sessionId: 'another' })).toEqual({ kind: 'answer', key, outcome: done('first') });
  });

  test('F3, F8: has no key of its own choice: it follows from the request', () => {
    const dedup = new Dedup();
    const other = dedup.ask({ input: 'other' });
    expect(other).toEqual({ kind: 'begin', key: keyOfClaim({ input: 'other' }), run: 1 });
    expect(other).not.toMatchObject({ key });
  });

  test('K1: by a later owner, at another time, is of the same key', () => {
    const dedup = new Dedup();
    dedup.carryOut({});
    expect(dedup.ask({ generation: 2, nowMs: 50 })).toMatchObject({ kind: 'answer', key });
  });

  test('of a step with another input is a conflict, which shows what the key stands for and what came of it', () => {
    const dedup = new Dedup();
    dedup.carryOut({ identity: put, input: 'P1' }, done('stored P1'));
    const answer = dedup.ask({ identity: put, input: 'P2' });
    expect(answer).toMatchObject({
      kind: 'refused',
      refusal: {
        code: 'REMOTE_CONFLICT',
        key: keyOfClaim({ identity: put }),
        recorded: { computation: { kind: 'segment_put' }, input: bytes('P1') },
        progress: { kind: 'recorded', outcome: done('stored P1') },
      },
    });
    expect(dedup.refusal(claim({ identity: put, input: 'P2' }))).toMatchObject({ code: 'REMOTE_CONFLICT' });
  });

  test('of a step with another computation is a conflict as well, also while it runs', () => {
    const dedup = new Dedup();
    dedup.ask({ identity: put });
    const request = { computation: { kind: 'custom', name: 'segment_put' }, input: bytes('abc') } as const;
    expect(dedup.refusal(claim({ identity: put, request }))).toMatchObject({
      code: 'REMOTE_CONFLICT',
      progress: { kind: 'in_flight' },
    });
  });

  test.each<readonly [string, ClaimChanges, string]>([
    ['a session without a name', { sessionId: '' }, 'session'],
    ['a session whose name is no text', { sessionId: '\ud800' }, 'session'],
    ['a generation that is none', { generation: -1 }, 'generation'],
    ['an object that is none', { identity: { ...put, object: '9' } }, 'identity'],
    ['an input that is too large', { input: 'x'.repeat(inputBytesMax + 1) }, 'input_too_large'],
    ['a time that is none', { nowMs: Number.NaN }, 'time'],
  ])('of %s is refused before anything is done', (_name, changes, fault) => {
    expect(new Dedup().refusal(claim(changes))).toMatchObject({ code: 'REMOTE_INVALID_REQUEST', fault });
  });

  test('shares no bytes with its caller', () => {
    const dedup = new Dedup();
    const input = bytes('abc');
    dedup.do(claim({ request: { computation: { kind: 'segment_put' }, input } }));
    const before = dedup.bytes();
    input.fill(0);
    expect(dedup.bytes()).toBe(before);
  });
});

describe('an outcome', () => {
  test('F4: is the first that was told; another one for the same run leaves its digest, and changes no answer', () => {
    const dedup = new Dedup();
    dedup.ask();
    dedup.do(settle('ok:1'));
    expect(dedup.do(settle('ok:2'))).toMatchObject([{ kind: 'diverged' }]);
    expect(dedup.do(settle('ok:3'))).toEqual([]);
    expect(dedup.do(settle('ok:1'))).toEqual([]);
    expect(dedup.ask()).toMatchObject({ kind: 'answer', outcome: done('ok:1') });
    expect(dedup.state.settled.get(key)?.progress).toMatchObject({
      divergence: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
  });

  test('that is told again is accepted, and says nothing new', () => {
    const dedup = new Dedup();
    dedup.carryOut({}, done('ok'));
    expect(dedup.do(settle('ok'))).toEqual([]);
  });

  test('F5: may be a failure, which is then not tried again', () => {
    const dedup = new Dedup();
    const failure = { kind: 'failure', code: 'NO_SUCH_SEGMENT', message: 'segment 9' } as const;
    dedup.carryOut({}, failure);
    expect(dedup.ask()).toEqual({ kind: 'answer', key, outcome: failure });
  });

  test('F7: is only what stays so: a run that may come to more is abandoned, and the next claim tries again', () => {
    const dedup = new Dedup();
    dedup.ask();
    dedup.do(abandon());
    expect(dedup.ask()).toEqual({ kind: 'begin', key, run: 2 });
    dedup.do(settle('acks=2', 2));
    expect(dedup.ask()).toMatchObject({ kind: 'answer', outcome: done('acks=2') });
  });

  test('that comes after its run was abandoned is recorded, unless another run was begun', () => {
    const dedup = new Dedup();
    dedup.ask();
    dedup.do(abandon(), settle('late'));
    expect(dedup.ask()).toMatchObject({ kind: 'answer', outcome: done('late') });
  });

  test('of an earlier run is refused: it is not known to be the outcome of this one', () => {
    const dedup = new Dedup();
    dedup.ask();
    dedup.do(abandon());
    dedup.ask();
    const stale = { code: 'REMOTE_STALE_RUN', run: 1, lastRun: 2 };
    expect(dedup.refusal(settle('late', 1))).toMatchObject(stale);
    expect(dedup.refusal(abandon(1))).toMatchObject(stale);
    expect(dedup.refusal(settle('early', 3))).toMatchObject({ code: 'REMOTE_STALE_RUN', lastRun: 2 });
  });

  test('of what nobody asked for is refused', () => {
    const unknown = { code: 'REMOTE_UNKNOWN_KEY', key };
    expect(new Dedup().refusal(settle())).toMatchObject(unknown);
    expect(new Dedup().refusal(abandon())).toMatchObject(unknown);
  });

  test('is not undone by abandoning its run', () => {
    const dedup = new Dedup();
    dedup.carryOut({});
    expect(dedup.do(abandon())).toEqual([]);
    expect(dedup.ask()).toMatchObject({ kind: 'answer' });
  });

  test.each([
    done('x'.repeat(1_048_577)),
    { kind: 'failure', code: 'x', message: 'x'.repeat(65_536) } as const,
    { kind: 'failure', code: '\ud800', message: '' } as const,
  ])('that could not be read again is refused', (outcome) => {
    const dedup = new Dedup();
    dedup.ask();
    expect(dedup.refusal({ ...settle(), outcome })).toMatchObject({ fault: 'outcome' });
  });

  test('shares no bytes with whoever told it', () => {
    const dedup = new Dedup();
    dedup.ask();
    const response = bytes('ok');
    dedup.do({ ...settle(), outcome: { kind: 'success', response } });
    response.fill(0);
    expect(dedup.ask()).toMatchObject({ outcome: done('ok') });
  });
});

describe('a crash', () => {
  test('F1: between the effect and its record leaves the run in flight: it is known, and is tried again under its key', () => {
    const dedup = new Dedup();
    dedup.ask();
    dedup.state = dedup.reread();
    expect([...dedup.state.inFlight.values()]).toMatchObject([{ key, run: 1 }]);
    dedup.do(abandon());
    expect(dedup.ask({ generation: 2 })).toEqual({ kind: 'begin', key, run: 2 });
  });
});

describe('a generation', () => {
  test('lower than the highest that was accepted is fenced off, whatever it asks for', () => {
    const dedup = new Dedup();
    dedup.carryOut({ generation: 3 });
    const fenced = { code: 'REMOTE_FENCED', generation: 2, highest: 3 };
    expect(dedup.refusal(claim({ generation: 2 }))).toMatchObject(fenced);
    expect(dedup.refusal(claim({ generation: 2, input: 'new' }))).toMatchObject(fenced);
  });

  test('is raised by a claim that attaches, and by one that is answered', () => {
    const dedup = new Dedup();
    dedup.ask({ generation: 1 });
    expect(dedup.ask({ generation: 2 })).toMatchObject({ kind: 'attach' });
    expect(dedup.refusal(claim({ generation: 1 }))).toMatchObject({ highest: 2 });
    dedup.do(settle());
    expect(dedup.ask({ generation: 3 })).toMatchObject({ kind: 'answer' });
    expect(dedup.refusal(claim({ generation: 2 }))).toMatchObject({ highest: 3 });
  });

  test('is raised by whoever only comes to ask, and who asks under a lower one is fenced off', () => {
    const dedup = new Dedup();
    const fence = { kind: 'fence', sessionId: 'session', generation: 4, nowMs: 5 } as const;
    expect(dedup.do(fence)).toMatchObject([{ kind: 'generation_raised', generation: 4, atMs: 5 }]);
    expect(dedup.refusal(claim({ generation: 3 }))).toMatchObject({ code: 'REMOTE_FENCED', highest: 4 });
    expect(dedup.refusal({ ...fence, generation: 3 })).toMatchObject({ code: 'REMOTE_FENCED', highest: 4 });
  });

  test('of one session says nothing of another', () => {
    const dedup = new Dedup();
    dedup.ask({ generation: 9 });
    expect(dedup.ask({ sessionId: 'another', generation: 1, input: 'new' })).toMatchObject({ kind: 'begin' });
  });

  test('stays fenced off across a restart', () => {
    const dedup = new Dedup();
    dedup.ask({ generation: 3 });
    dedup.state = dedup.reread();
    expect(dedup.refusal(claim({ generation: 2 }))).toMatchObject({ code: 'REMOTE_FENCED' });
  });

  test('that was refused raises nothing', () => {
    const dedup = new Dedup();
    dedup.ask({ identity: put, generation: 1 });
    expect(dedup.refusal(claim({ identity: put, input: 'P2', generation: 5 }))).toMatchObject({
      code: 'REMOTE_CONFLICT',
    });
    expect(dedup.ask({ identity: put, generation: 1 })).toMatchObject({ kind: 'attach' });
  });
});

describe('retention', () => {
  test('F6: a request is known for as long as was declared after it settled, and at the end of that it is not', () => {
    const dedup = new Dedup({ retentionMs: 100 });
    dedup.ask({ nowMs: 5 });
    dedup.do(settle('ok', 1, 50));
    expect(dedup.ask({ nowMs: 149 })).toMatchObject({ kind: 'answer' });
    expect(dedup.ask({ nowMs: 150 })).toEqual({ kind: 'begin', key, run: 1 });
    expect(dedup.log.slice(-2).map(({ kind }) => kind)).toEqual(['forgotten', 'claimed']);
  });

  test('F6: what is in flight is known as long as it is', () => {
    const dedup = new Dedup();
    dedup.ask();
    expect(dedup.do({ kind: 'sweep', nowMs: 1_000_000 })).toEqual([]);
    expect(dedup.ask({ nowMs: 1_000_000 })).toMatchObject({ kind: 'attach' });
  });

  test('F6: when there is no room for another request, what settled first is forgotten, if it may be', () => {
    const dedup = new Dedup({ recordsMax: 2, retentionMs: 100 });
    dedup.carryOut({ input: 'a', nowMs: 0 });
    dedup.carryOut({ input: 'b', nowMs: 50 });
    expect(dedup.refusal(claim({ input: 'c', nowMs: 99 }))).toMatchObject({
      code: 'REMOTE_DEDUP_FULL',
      what: 'records',
    });
    expect(dedup.ask({ input: 'c', nowMs: 100 })).toMatchObject({ kind: 'begin' });
    expect(dedup.ask({ input: 'b', nowMs: 100 })).toMatchObject({ kind: 'answer' });
  });

  test('a full room still answers for what it knows', () => {
    const dedup = new Dedup({ recordsMax: 1 });
    dedup.carryOut({});
    expect(dedup.ask()).toMatchObject({ kind: 'answer' });
  });

  test('a limit that was lowered meanwhile is come down to', () => {
    const dedup = new Dedup({ recordsMax: 3 });
    for (const input of ['a', 'b', 'c']) dedup.carryOut({ input });
    const lower = new Dedup({ recordsMax: 2 });
    lower.take(dedup.rereadLog());
    lower.do(claim({ nowMs: 100 }));
    expect(lower.state.settled.size + lower.state.inFlight.size).toBe(2);
  });

  test('a fence stands for as long as anything of its session is known, and as long as that after its last use', () => {
    const dedup = new Dedup({ sessionsMax: 1, retentionMs: 100 });
    dedup.ask({ nowMs: 0 });
    const full = { code: 'REMOTE_DEDUP_FULL', what: 'sessions' };
    expect(dedup.refusal(claim({ sessionId: 'b', nowMs: 500 }))).toMatchObject(full);
    dedup.do(settle('ok', 1, 500), { kind: 'sweep', nowMs: 599 });
    expect(dedup.refusal(claim({ sessionId: 'b', input: 'b', nowMs: 599 }))).toMatchObject(full);
    dedup.do({ kind: 'sweep', nowMs: 600 }, claim({ sessionId: 'b', input: 'b', nowMs: 600 }));
    expect([...dedup.state.fences.keys()]).toEqual(['b']);
  });

  test('a fence that was never used for anything but an answer is dropped when its time is over', () => {
    const dedup = new Dedup({ sessionsMax: 2, retentionMs: 100 });
    dedup.ask({ nowMs: 0 });
    dedup.ask({ sessionId: 'b', nowMs: 10 });
    expect(dedup.refusal(claim({ sessionId: 'c', nowMs: 109 }))).toMatchObject({ what: 'sessions' });
    dedup.ask({ sessionId: 'c', nowMs: 110 });
    expect([...dedup.state.fences.keys()]).toEqual(['session', 'c']);
  });

  test.each([{ recordsMax: 0 }, { sessionsMax: 0.5 }, { retentionMs: Number.NaN }])(
    'cannot be %o',
    (limits) => {
      expect(() => new Dedup(limits)).toThrow(
        expect.objectContaining({ code: 'REMOTE_INVALID_DEDUP_LIMIT' }),
      );
    },
  );
});

describe('the time of the room', () => {
  test('F12: runs with the monotonic clock, however the wall clock jumps, and goes on where the log ends', async () => {
    const clock = new FakeClock();
    const time = dedupClock({ timeMs: 7000 }, clock);
    clock.jumpWall(3_600_000);
    expect(time()).toBe(7000);
    await clock.pass(50);
    clock.jumpWall(-7_200_000);
    expect(time()).toBe(7050);
  });

  test('never goes back: a command with an earlier time is taken as of the latest one', () => {
    const dedup = new Dedup();
    dedup.ask({ nowMs: 70 });
    expect(dedup.do(settle('ok', 1, 20))).toMatchObject([{ kind: 'recorded', atMs: 70 }]);
    expect(dedup.state.timeMs).toBe(70);
  });
});
