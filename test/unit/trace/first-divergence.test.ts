import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../../sim/trace/event.js';
import { firstDivergence } from '../../../sim/trace/first-divergence.js';

const event = (
  index: number,
  atMs: number,
  fields: Readonly<Record<string, number>> = {},
): RecordedEvent => ({
  index,
  atMs,
  event: { kind: 'test', node: 'a', ...fields },
});

const recording = [event(0, 0), event(1, 5, { x: 1 }), event(2, 9)];

test('equal recordings have none', () => {
  expect(firstDivergence(recording, structuredClone(recording))).toBeUndefined();
  expect(firstDivergence([], [])).toBeUndefined();
});

test.each<[what: string, other: RecordedEvent]>([
  ['value', event(1, 5, { x: 2 })],
  ['time', event(1, 4, { x: 1 })],
  ['set of fields', event(1, 5, { x: 1, y: 1 })],
  ['name of a field', event(1, 5, { y: 1 })],
])('it is the first event that differs in its %s', (_, other) => {
  const found = firstDivergence(recording, [event(0, 0), other, event(2, 8)]);
  expect(found).toEqual({ index: 1, atMs: Math.min(5, other.atMs), left: recording[1], right: other });
});

test('the order of fields counts, since it is hashed', () => {
  const found = firstDivergence([event(0, 0, { x: 1, y: 1 })], [event(0, 0, { y: 1, x: 1 })]);
  expect(found?.index).toBe(0);
});

test('it is the end of the shorter recording when they agree up to there', () => {
  expect(firstDivergence(recording, recording.slice(0, 2))).toEqual({
    index: 2,
    atMs: 9,
    left: recording[2],
    right: undefined,
  });
  expect(firstDivergence([], recording)).toMatchObject({ index: 0, atMs: 0, left: undefined });
});

test('recordings of the last events are compared where they stand in their runs', () => {
  const found = firstDivergence([event(70, 1)], [event(71, 1)]);
  expect(found?.index).toBe(70);
});
