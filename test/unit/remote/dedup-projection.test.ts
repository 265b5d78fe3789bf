import { describe, expect, test } from 'vitest';
import { type CborValue, decode, encode } from '../../../src/codec/cbor.js';
import type { DedupEntry } from '../../../src/remote/dedup-entry.js';
import { encodeRecord } from '../../../src/remote/dedup-record.js';
import { claim, Dedup, done, keyOfClaim } from './dedup-fixtures.js';

const { projection } = new Dedup();

/** A room with something of every kind, in flight, abandoned, recorded, diverged, failed, forgotten. */
function livedInRoom(): Dedup {
  const dedup = new Dedup();
  dedup.carryOut({ input: 'gone', sessionId: 'old' });
  // The first one forgets the request, the second one the session, of which nothing is known any more.
  dedup.do({ kind: 'sweep', nowMs: 100 }, { kind: 'sweep', nowMs: 100 });
  const [b, c] = [keyOfClaim({ input: 'b' }), keyOfClaim({ input: 'c' })];
  dedup.do(claim({ input: 'a', nowMs: 100 }), claim({ input: 'b', generation: 2, nowMs: 101 }));
  dedup.do(claim({ input: 'c', sessionId: 'other', nowMs: 102 }), claim({ input: 'd', sessionId: 'other' }));
  dedup.do({ kind: 'abandon', key: b, run: 1, nowMs: 103 }, claim({ input: 'b', generation: 3 }));
  dedup.do({ kind: 'abandon', key: b, run: 2, nowMs: 104 });
  dedup.do({ kind: 'settle', key: c, run: 1, outcome: done('ok'), nowMs: 105 });
  dedup.do({ kind: 'settle', key: c, run: 1, outcome: done('not ok'), nowMs: 106 });
  const failure = { kind: 'failure', code: 'NO', message: 'no' } as const;
  dedup.do({ kind: 'settle', key: keyOfClaim({ input: 'd' }), run: 1, outcome: failure, nowMs: 107 });
  dedup.do(claim({ input: 'a', generation: 4 }));
  return dedup;
}

describe('a snapshot', () => {
  test('gives the room back, and the same bytes again', () => {
    const dedup = livedInRoom();
    const copy = new Dedup();
    copy.state = dedup.reread();
    expect(copy.state).toEqual(dedup.state);
    expect(copy.bytes()).toBe(dedup.bytes());
  });

  test('that holds what no room could is refused', () => {
    const dedup = livedInRoom();
    const inFlight = [...dedup.state.inFlight.values()].map(encodeRecord);
    const settled = [...dedup.state.settled.values()].map(encodeRecord);
    const good = { time_ms: 0, in_flight: inFlight, settled, fences: [] };
    const corrupt = { code: 'REMOTE_DEDUP_LOG_CORRUPT' };
    const misshapen = { code: 'CODEC_UNEXPECTED_SHAPE' };
    const forged: readonly (readonly [CborValue, object])[] = [
      [{ ...good, in_flight: [...inFlight, ...inFlight] }, corrupt],
      [{ ...good, in_flight: settled }, corrupt],
      [{ ...good, settled: inFlight }, corrupt],
      [
        {
          ...good,
          fences: [
            ['a', 1, 1],
            ['a', 2, 2],
          ],
        },
        { ...corrupt, subject: 'a' },
      ],
      [
        { ...good, fences: [['a', -1, 1]] },
        { ...misshapen, path: 'dedup.fences[0][1]' },
      ],
      [
        { ...good, time_ms: -1 },
        { ...misshapen, path: 'dedup.time_ms' },
      ],
      [[], misshapen],
    ];
    for (const [value, error] of forged) {
      expect(() => projection.restore(value)).toThrow(expect.objectContaining(error));
    }
  });
});

describe('replay', () => {
  test('of the log gives the live room', () => {
    const dedup = livedInRoom();
    const replayed = new Dedup();
    replayed.take(dedup.rereadLog());
    expect(new Set(dedup.log.map(({ kind }) => kind)).size).toBe(8);
    expect(replayed.log).toEqual(dedup.log);
    expect(replayed.state).toEqual(dedup.state);
    expect(replayed.bytes()).toBe(dedup.bytes());
  });

  const key = keyOfClaim({ input: 'a' });
  const recorded = keyOfClaim({ input: 'c' });
  const unknown = keyOfClaim({ input: 'unknown' });
  const act = { sessionId: 'session', generation: 9, atMs: 200 };
  const abandoned = keyOfClaim({ input: 'b' });
  test.each<readonly [string, string, string, DedupEntry]>([
    ['another run of what is in flight', key, 'has not settled', { kind: 'run_begun', key, ...act }],
    [
      'another run of what is recorded',
      recorded,
      'run again when recorded',
      { kind: 'run_begun', key: recorded, ...act },
    ],
    [
      'a lower generation',
      'session',
      'a lower generation was accepted',
      { kind: 'generation_raised', ...act, generation: 1 },
    ],
    [
      'an outcome of nothing',
      unknown,
      'settled without a run',
      { kind: 'recorded', key: unknown, outcome: done('ok'), atMs: 200 },
    ],
    [
      'a second outcome',
      recorded,
      'settled without a run',
      { kind: 'recorded', key: recorded, outcome: done('ok'), atMs: 200 },
    ],
    ['an end of nothing', unknown, 'settled without a run', { kind: 'abandoned', key: unknown, atMs: 200 }],
    [
      'a divergence from nothing',
      abandoned,
      'diverges from nothing',
      { kind: 'diverged', key: abandoned, outcomeDigest: '' },
    ],
    ['what is in flight being forgotten', key, 'has not settled', { kind: 'forgotten', key }],
    [
      'a fence being dropped that does not stand',
      'nobody',
      'has no fence',
      { kind: 'fence_dropped', sessionId: 'nobody' },
    ],
  ])('of %s is refused, and for its own reason', (_name, subject, reason, entry) => {
    const { state } = livedInRoom();
    expect(() => projection.apply(state, entry, 99)).toThrow(
      expect.objectContaining({
        code: 'REMOTE_DEDUP_LOG_CORRUPT',
        name: 'DedupLogCorrupt',
        message: `dedup log is corrupt at \`${subject}\`: ${reason}`,
      }),
    );
  });

  test('of a claim that was made already is refused', () => {
    const dedup = new Dedup();
    const [entry] = dedup.do(claim());
    if (entry === undefined) throw new Error('nothing was recorded');
    expect(() => dedup.take([entry])).toThrow(/claimed twice/u);
  });

  test.each<readonly [string, CborValue]>([
    ['of no known kind', { kind: 'forged' }],
    ['with a key that is none', { kind: 'forgotten', key: 'abc' }],
    ['with a request that is none', { kind: 'claimed', key: keyOfClaim(), request: new Uint8Array(3) }],
    ['with an outcome that is none', { kind: 'recorded', key: keyOfClaim(), outcome: { kind: 'maybe' } }],
  ])('of an entry %s is refused', (_name, value) => {
    expect(() => projection.decodeEntry(decode(encode(value)))).toThrow(
      expect.objectContaining({ code: 'CODEC_UNEXPECTED_SHAPE' }),
    );
  });
});
