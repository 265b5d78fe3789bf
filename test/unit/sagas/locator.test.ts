import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../../src/codec/cbor.js';
import { type LocatorCommand, locatorProjection } from '../../../src/sagas/locator.js';
import type { Place } from '../../../src/sagas/place.js';
import { localPlace, objectAt } from './quay.js';

const room = locatorProjection({ namesMax: 2 });
const remote: Place = {
  kind: 'remote',
  name: { kind: 'segment', id: '1'.repeat(32) },
  object: objectAt('1'),
  holder: 'a/1',
};

function after(...commands: readonly LocatorCommand[]) {
  const state = room.initial();
  const answers = commands.map((command) => {
    const decision = room.decide(state, command);
    if (decision.kind === 'refused') return decision.refusal.code;
    for (const entry of decision.entries) {
      room.apply(state, room.decodeEntry(decode(encode(room.encodeEntry(entry)))), 0);
    }
    return decision.entries.length;
  });
  return { state, answers };
}

const move = (name: string, from: Place | null, to: Place | null): LocatorCommand => ({
  kind: 'move',
  name,
  from,
  to,
});

describe('a name', () => {
  test('moves from where it is expected to be, and nothing is new when it is there already', () => {
    const moves = [
      move('n', null, localPlace('1')),
      move('n', localPlace('1'), remote),
      move('n', null, remote),
    ];
    const { state, answers } = after(...moves);
    expect(answers).toEqual([1, 1, 0]);
    expect(state.get('n')).toEqual(remote);
  });

  test.each([
    ['another segment', { ...localPlace('2') }],
    ['other bytes', { ...localPlace('1'), object: objectAt('2') }],
    ['what another holds', { ...remote, holder: 'b/1' }],
    ['what has another name', { ...remote, name: { kind: 'manifest' as const, id: '1'.repeat(32) } }],
    ['nothing', null],
  ])('does not move when it is expected at %s', (_name, from) => {
    const to = localPlace('3');
    for (const at of [localPlace('1'), remote]) {
      expect(after(move('n', null, at), move('n', from, to)).answers).toEqual([1, 'LOCATOR_CONFLICT']);
    }
  });

  test('moves back, unless somebody else has moved it', () => {
    const back = { kind: 'move_back', name: 'n', from: remote, to: null } as const;
    expect(after(move('n', null, remote), back).state.size).toBe(0);
    const { state, answers } = after(move('n', null, localPlace('2')), back);
    expect(answers).toEqual([1, 0]);
    expect(state.get('n')).toEqual(localPlace('2'));
  });

  test('is refused when it is none, or one too many', () => {
    const { answers } = after(
      ...['a', 'b', 'c'].map((name) => move(name, null, remote)),
      move('', null, remote),
      move('\ud800', null, remote),
    );
    expect(answers).toEqual([1, 1, 'LOCATOR_FULL', 'LOCATOR_INVALID', 'LOCATOR_INVALID']);
  });
});

test('a snapshot tells the same', () => {
  const { state } = after(move('a', null, remote), move('b', null, localPlace('1')));
  const captured = encode(room.capture(state));
  expect(room.restore(decode(captured))).toEqual(state);
  expect(encode(room.capture(room.restore(decode(captured))))).toEqual(captured);
});

test('a digest that is none is refused', () => {
  const place = { kind: 'local', segment_id: 'x', object: { digest: 'abc', length: 1 } };
  expect(() => room.decodeEntry({ kind: 'placed', name: 'n', place })).toThrow(/64 lowercase hex digits/u);
});
