import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../../src/codec/codec-error.js';
import { objectBytesMax } from '../../../src/remote/remote-segments.js';
import { InvalidSegmentsLimit } from '../../../src/remote/segments-limits.js';
import { segmentsProjection } from '../../../src/remote/segments-projection.js';
import { applyEntry, emptyState, SegmentsLogCorrupt } from '../../../src/remote/segments-state.js';
import { bytes } from './dedup-fixtures.js';
import { manifest, objectOf, pin, put, release, segment, Segments } from './segments-fixtures.js';

const held = (created: boolean, content: string) => ({ kind: 'held', created, object: objectOf(content) });

describe('a put', () => {
  test('stores what was not there, and the same again changes nothing', () => {
    const room = new Segments();
    expect(room.ask(put('P'))).toEqual(held(true, 'P'));
    expect(room.ask(put('P'))).toEqual(held(false, 'P'));
    expect(room.log).toHaveLength(1);
    expect(room.at(segment)).toBe('P');
  });

  test('F37: of other bytes is a conflict that shows what is there, and overwrites nothing', () => {
    const room = new Segments();
    room.ask(put('P1', 'A'));
    expect(room.ask(put('P2', 'B'))).toEqual({ kind: 'conflict', object: objectOf('P1') });
    expect(room.ask(put('P2', 'A'))).toEqual({ kind: 'conflict', object: objectOf('P1') });
    expect(room.at(segment)).toBe('P1');
  });

  test('F37: that is repeated when another one has taken the place is told so', () => {
    const room = new Segments();
    room.ask(put('P1', 'A'));
    room.ask(release('A'));
    room.ask(put('P2', 'B'));
    expect(room.ask(put('P1', 'A'))).toEqual({ kind: 'released' });
    expect(room.at(segment)).toBe('P2');
  });

  test('F45, F46: that comes late, after its holder has let go, brings nothing back', () => {
    const room = new Segments();
    room.ask(put('P'));
    room.ask(release());
    expect(room.ask(put('P', 'one', segment, 50))).toEqual({ kind: 'released' });
    expect(room.ask(pin('P', 'one', segment, 50))).toEqual({ kind: 'released' });
    expect(room.at(segment)).toBeUndefined();
    expect(room.log.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
  });

  test('F45: that comes after a release which found nothing brings nothing either', () => {
    const room = new Segments();
    expect(room.ask(release())).toEqual({ kind: 'released' });
    expect(room.ask(put('P'))).toEqual({ kind: 'released' });
    expect(room.at(segment)).toBeUndefined();
  });

  test('F47: of a new attempt, under a new holder, is free to bring other bytes', () => {
    const room = new Segments();
    room.ask(put('P1', 'saga#1'));
    room.ask(release('saga#1'));
    expect(room.ask(put('P2', 'saga#2'))).toEqual(held(true, 'P2'));
  });

  test('F49: of a manifest never meets a segment of the same id', () => {
    const room = new Segments();
    room.ask(put('S'));
    expect(room.ask(put('M', 'one', manifest))).toEqual(held(true, 'M'));
    room.ask(release('one', manifest));
    expect(room.at(segment)).toBe('S');
  });

  test('keeps a copy of its bytes', () => {
    const room = new Segments();
    const given = bytes('P');
    room.ask({ kind: 'put', name: segment, holder: 'one', bytes: given, nowMs: 0 });
    given.fill(0);
    expect(room.at(segment)).toBe('P');
  });
});

describe('an object', () => {
  test('F40: that two hold stays when one lets go, and goes with the last', () => {
    const room = new Segments();
    room.ask(put('X', 'S1'));
    expect(room.ask(put('X', 'S2'))).toEqual(held(false, 'X'));
    room.ask(release('S2'));
    expect(room.at(segment)).toBe('X');
    room.ask(release('S1'));
    expect(room.at(segment)).toBeUndefined();
    expect(room.state).toMatchObject({ bytes: 0, holds: 0 });
  });

  test('F41: of another saga outlives the cancel of one that never put it', () => {
    const room = new Segments();
    room.ask(put('M', 'S1', manifest));
    room.ask(release('S2', manifest));
    expect(room.at(manifest)).toBe('M');
  });

  test('F39: that is pinned does not vanish when whoever put it lets go', () => {
    const room = new Segments();
    room.ask(put('P', 'putter'));
    expect(room.ask(pin('P', 'retiring'))).toEqual({ kind: 'held' });
    expect(room.ask(pin('P', 'retiring'))).toEqual({ kind: 'held' });
    room.ask(release('putter'));
    expect(room.at(segment)).toBe('P');
  });
});

describe('a pin', () => {
  test('F38: of what is there with other bytes is a conflict, and holds nothing', () => {
    const room = new Segments();
    room.ask(put('P', 'A'));
    expect(room.ask(pin('Q', 'B'))).toEqual({ kind: 'conflict', object: objectOf('P') });
    room.ask(release('A'));
    expect(room.at(segment)).toBeUndefined();
  });

  test('F38: looks at the bytes, not at what was noted about them', () => {
    const room = new Segments();
    room.ask(put('P', 'A'));
    room.state.objects.get(`segment/${segment.id}`)?.bytes.fill(0x51);
    expect(room.ask(pin('P', 'B'))).toEqual({ kind: 'conflict', object: objectOf('Q') });
  });

  test('of another length than expected is a conflict', () => {
    const room = new Segments();
    room.ask(put('P', 'A'));
    const expected = { ...objectOf('P'), length: 2 };
    expect(room.ask({ kind: 'pin', name: segment, holder: 'B', expected, nowMs: 0 }).kind).toBe('conflict');
  });

  test('of nothing is told so, and may come again', () => {
    const room = new Segments();
    expect(room.ask(pin('P'))).toEqual({ kind: 'absent' });
    room.ask(put('P', 'A'));
    expect(room.ask(pin('P'))).toEqual({ kind: 'held' });
  });
});

describe('the room', () => {
  test('refuses more bytes than it may hold, exactly, and takes them when others went', () => {
    const room = new Segments({ bytesMax: 5 });
    room.ask(put('12345'));
    expect(room.refusal(put('6', 'one', manifest))).toMatchObject({ code: 'SEGMENTS_FULL', what: 'bytes' });
    room.ask(release());
    expect(room.ask(put('6', 'one', manifest)).kind).toBe('held');
  });

  test('refuses another holder rather than forget a tombstone before its time', () => {
    const room = new Segments({ holdsMax: 2, tombstoneMs: 100 });
    room.ask(put('P', 'A', segment, 1000));
    room.ask(release('A', segment, 1000));
    room.ask(put('P', 'B', segment, 1000));
    expect(room.refusal(put('P', 'C', segment, 1099))).toMatchObject({
      code: 'SEGMENTS_FULL',
      what: 'holds',
    });
    expect(room.refusal(release('C', segment, 1099))).toMatchObject({ code: 'SEGMENTS_FULL' });
    expect(room.ask(put('P', 'C', segment, 1100)).kind).toBe('held');
    expect([...room.state.tombstones.keys()]).toEqual([]);
  });

  test('lets every holder go, however full it is', () => {
    const room = new Segments({ holdsMax: 2 });
    room.ask(put('P', 'A'));
    room.ask(put('P', 'B'));
    expect(room.ask(release('A')).kind).toBe('released');
    expect(room.ask(release('B')).kind).toBe('released');
    expect(room.ask(release('B')).kind).toBe('released');
  });

  test('keeps a tombstone as long as nobody needs its place', () => {
    const room = new Segments({ tombstoneMs: 100 });
    room.ask(release());
    expect(room.ask(put('P', 'one', segment, 10_000)).kind).toBe('released');
  });

  test('has no time that goes backwards: an early clock forgets nothing early', () => {
    const room = new Segments({ holdsMax: 1, tombstoneMs: 100 });
    room.ask(release('A', segment, 1000));
    expect(room.refusal(put('P', 'B', segment, 0)).code).toBe('SEGMENTS_FULL');
  });

  test.each([
    ['a name in capitals', put('P', 'one', { kind: 'segment', id: 'A'.repeat(32) })],
    ['a short name', put('P', 'one', { kind: 'segment', id: '09' })],
    ['no holder', release('')],
    ['a holder that is no text', release('\ud800')],
    ['a holder of 257 bytes', release('x'.repeat(257))],
    ['a time that is none', release('one', segment, Number.NaN)],
    ['too many bytes', put('x'.repeat(objectBytesMax + 1))],
  ])('refuses %s', (_what, command) => {
    expect(new Segments().refusal(command).code).toBe('SEGMENTS_INVALID');
  });

  test('takes an object of the most bytes', () => {
    const room = new Segments({ bytesMax: objectBytesMax });
    expect(room.ask(put('x'.repeat(objectBytesMax))).kind).toBe('held');
  });

  test.each(['bytesMax', 'holdsMax', 'tombstoneMs'])('cannot have a %s of 0', (limit) => {
    const limits = { bytesMax: 1, holdsMax: 1, tombstoneMs: 1, [limit]: 0 };
    expect(() => segmentsProjection(limits)).toThrow(InvalidSegmentsLimit);
  });
});

describe('a log or snapshot that no room wrote', () => {
  const stored = {
    kind: 'stored',
    name: { kind: 'segment', id: segment.id },
    holder: 'one',
    at_ms: 0,
    digest: objectOf('P').digest,
    bytes: bytes('P'),
  };
  const room = segmentsProjection({ bytesMax: 10, holdsMax: 10, tombstoneMs: 10 });

  test('F38: with bytes that are not those of their digest is refused', () => {
    expect(room.decodeEntry(stored)).toMatchObject({ kind: 'stored', holder: 'one' });
    expect(() => room.decodeEntry({ ...stored, bytes: bytes('Q') })).toThrow(ShapeError);
  });

  test.each([
    ['stored over what is there', 'two', [stored, { ...stored, holder: 'two' }]],
    ['held twice, or nothing is there', 'one', [stored, { ...stored, kind: 'held' }]],
    ['held twice, or nothing is there', 'one', [{ ...stored, kind: 'held' }]],
    [
      'let go already',
      'one',
      [
        { ...stored, kind: 'released' },
        { ...stored, kind: 'released' },
      ],
    ],
    ['forgotten, and not known', 'one', [{ ...stored, kind: 'forgotten' }]],
  ])('is refused for its own reason: %s', (reason, holder, entries) => {
    const state = emptyState();
    expect(() => {
      for (const entry of entries) applyEntry(state, room.decodeEntry(entry));
    }).toThrow(
      expect.objectContaining({
        code: 'SEGMENTS_LOG_CORRUPT',
        name: 'SegmentsLogCorrupt',
        message: `segments log is corrupt at \`segment/${segment.id}/${holder}\`: ${reason}`,
      }),
    );
  });

  test('has the latest time of its entries, whatever their order', () => {
    const state = emptyState();
    for (const at_ms of [70, 20]) {
      applyEntry(state, room.decodeEntry({ ...stored, kind: 'released', holder: `${at_ms}`, at_ms }));
    }
    expect(state.timeMs).toBe(70);
  });

  test('with an object that is there twice, held by nobody, or held by who has let go is refused', () => {
    const whole = new Segments();
    whole.ask(put('P'));
    const captured = room.capture(whole.state);
    if (typeof captured !== 'object' || captured === null || !('objects' in captured))
      throw new Error('no map');
    const { objects } = captured;
    if (!Array.isArray(objects)) throw new Error('no objects');
    expect(() => room.restore({ ...captured, objects: [...objects, ...objects] })).toThrow(
      SegmentsLogCorrupt,
    );
    const tombstones = [{ name: stored.name, holder: 'one', at_ms: 0 }];
    expect(() => room.restore({ ...captured, tombstones })).toThrow(SegmentsLogCorrupt);
    const twice = [...tombstones, ...tombstones];
    expect(() => room.restore({ ...captured, objects: [], tombstones: twice })).toThrow(SegmentsLogCorrupt);
    whole.state.objects.get(`segment/${segment.id}`)?.holders.clear();
    expect(() => room.restore(room.capture(whole.state))).toThrow(SegmentsLogCorrupt);
  });
});
