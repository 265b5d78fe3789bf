import { describe, expect, test } from 'vitest';
import type { TraceEvent } from '../../../sim/trace/event.js';
import { Mix } from '../../../sim/trace/mix.js';
import { Trace, TraceValueInvalid } from '../../../sim/trace/trace.js';

function fingerprintOf(...events: readonly TraceEvent[]): string {
  const trace = new Trace({ record: false });
  for (const event of events) trace.emit(event);
  return trace.fingerprint(new Mix(), 0);
}

const base: TraceEvent = { kind: 'disk.synced', node: 'a', bytes: 7, whole: true };

describe('the fingerprint', () => {
  test('is the same for the same events', () => {
    expect(fingerprintOf(base, base)).toBe(fingerprintOf({ ...base }, { ...base }));
    expect(fingerprintOf(base)).toMatch(/^[\da-f]{32}$/);
  });

  test.each<[what: string, events: readonly TraceEvent[]]>([
    ['another value', [{ ...base, bytes: 8 }]],
    ['a value 2^32 higher', [{ ...base, bytes: 7 + 2 ** 32 }]],
    ['a negative value', [{ ...base, bytes: -7 }]],
    ['another truth', [{ ...base, whole: false }]],
    ['another text', [{ ...base, node: 'b' }]],
    ['a text for a number', [{ ...base, bytes: '7' }]],
    ['one more field', [{ ...base, more: 0 }]],
    ['another name of a field', [{ kind: 'disk.synced', node: 'a', octets: 7, whole: true }]],
    ['another order of fields', [{ kind: 'disk.synced', node: 'a', whole: true, bytes: 7 }]],
    ['the event twice', [base, base]],
    ['no event', []],
  ])('is another for %s', (_, events) => {
    expect(fingerprintOf(...events)).not.toBe(fingerprintOf(base));
  });

  test('is another for another order of events, or another time', () => {
    const other = { ...base, node: 'b' };
    expect(fingerprintOf(base, other)).not.toBe(fingerprintOf(other, base));
    const late = new Trace({ record: false });
    late.atMs = 1;
    late.emit(base);
    expect(late.fingerprint(new Mix(), 0)).not.toBe(fingerprintOf(base));
  });

  test('is another for other draws, though the events agree', () => {
    const draws = new Mix();
    draws.word(1);
    const trace = new Trace({ record: false });
    expect(trace.fingerprint(draws, 0)).not.toBe(trace.fingerprint(new Mix(), 0));
    expect(trace.fingerprint(new Mix(), 1)).not.toBe(trace.fingerprint(new Mix(), 0));
  });

  test('tells a hundred thousand similar events apart', () => {
    const seen = new Set<string>();
    const mix = new Mix();
    for (let value = 0; value < 100_000; value += 1) {
      mix.number(value % 3);
      seen.add(`${mix.high}/${mix.low}`);
    }
    expect(seen.size).toBe(100_000);
  });
});

test.each([0.5, NaN, Infinity, 2 ** 53, undefined, null, {}, 1n])(
  'a field that does not hash the same everywhere is refused: %s',
  (value) => {
    const trace = new Trace({ record: false });
    const event = { ...base };
    Object.defineProperty(event, 'bytes', { value, enumerable: true });
    expect(() => trace.emit(event)).toThrow(TraceValueInvalid);
    expect(() => trace.emit(event)).toThrow(
      expect.objectContaining({ code: 'TRACE_VALUE_INVALID', kind: 'disk.synced', field: 'bytes' }),
    );
  },
);

describe('a trace keeps', () => {
  const emit = (trace: Trace, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      trace.atMs = index * 2;
      trace.emit({ ...base, bytes: index });
    }
  };

  test('all events when it records', () => {
    const trace = new Trace({ record: true });
    emit(trace, 200);
    expect(trace.events().map(({ index }) => index)).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
  });

  test.each([0, 1, 63, 64, 65, 128, 200])('the last 64 of %d otherwise, oldest first', (count) => {
    const trace = new Trace({ record: false });
    emit(trace, count);
    const first = Math.max(0, count - 64);
    expect(trace.count).toBe(count);
    expect(trace.events()).toEqual(
      Array.from({ length: count - first }, (_, offset) => ({
        index: first + offset,
        atMs: (first + offset) * 2,
        event: { ...base, bytes: first + offset },
      })),
    );
  });
});
