import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ObjectName } from '../../../src/remote/remote-segments.js';
import type { SegmentsCommand } from '../../../src/remote/segments-command.js';
import { type DecidedHold } from '../../../src/remote/segments-decide.js';
import { segmentsProjection } from '../../../src/remote/segments-projection.js';
import { pin, put, release, Segments } from './segments-fixtures.js';
import { type SegmentsAsk, SegmentsModel } from './segments-model.js';

const names: readonly ObjectName[] = [
  { kind: 'segment', id: '0a'.repeat(16) },
  { kind: 'manifest', id: '0a'.repeat(16) },
  { kind: 'segment', id: '0b'.repeat(16) },
];
const limits = fc.record({
  bytesMax: fc.integer({ min: 1, max: 3 }),
  holdsMax: fc.integer({ min: 1, max: 9 }),
  tombstoneMs: fc.integer({ min: 1, max: 40 }),
});
const asked: fc.Arbitrary<SegmentsAsk> = fc.record({
  kind: fc.constantFrom('put' as const, 'put' as const, 'pin' as const, 'release' as const),
  name: fc.nat(2),
  holder: fc.constantFrom('A', 'B', 'C', 'D'),
  letter: fc.constantFrom('x', 'x', 'y'),
});
/** Each some time after the one before. */
const asks = fc.array(fc.tuple(asked, fc.nat(4)), { maxLength: 60, size: 'max' });

function nameAt(index: number): ObjectName {
  const name = names[index];
  if (name === undefined) throw new Error(`no name ${index}`);
  return name;
}

function commandOf({ kind, name, holder, letter }: SegmentsAsk, nowMs: number): SegmentsCommand {
  if (kind === 'put') return put(letter, holder, nameAt(name), nowMs);
  if (kind === 'pin') return pin(letter, holder, nameAt(name), nowMs);
  return release(holder, nameAt(name), nowMs);
}

function wordOf(decided: DecidedHold): string {
  if (decided.kind === 'refused')
    return 'what' in decided.refusal ? `full ${decided.refusal.what}` : 'invalid';
  const { answer } = decided;
  return 'created' in answer && answer.created ? 'held created' : answer.kind;
}

test('answers as the model does, holds the same, and removes nothing that anybody holds', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(limits, asks, (given, sequence) => {
      const room = segmentsProjection(given);
      const segments = new Segments(given);
      const model = new SegmentsModel(given);
      let nowMs = 0;
      for (const [each, passedMs] of sequence) {
        nowMs += passedMs;
        const command = commandOf(each, nowMs);
        const word = wordOf(room.answerTo(segments.state, command));
        segments.give(command);
        assert.equal(word, model.ask(each, nowMs), JSON.stringify(each));
        seen.set(word, (seen.get(word) ?? 0) + 1);
        for (const index of names.keys()) assert.equal(segments.at(nameAt(index)), model.letterAt(index));
        const { bytes, holds, tombstones } = segments.state;
        assert.equal(bytes, model.bytes);
        assert.equal(holds, model.held.length);
        assert.equal(tombstones.size, model.gone.length);
        assert.ok(bytes <= given.bytesMax && holds + tombstones.size <= given.holdsMax);
      }
    }),
    { numRuns: 2000 },
  );
  const words = ['held created', 'held', 'conflict', 'released', 'absent', 'full bytes', 'full holds'];
  expect(words.filter((each) => (seen.get(each) ?? 0) < 300)).toEqual([]);
});

test('a room that restarts anywhere, from a snapshot or from its log, ends as one that never does', () => {
  const restarts = fc.array(fc.boolean(), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(limits, asks, restarts, (given, sequence, restarted) => {
      const [steady, other, replayed] = [new Segments(given), new Segments(given), new Segments(given)];
      let nowMs = 0;
      for (const [index, [each, passedMs]] of sequence.entries()) {
        nowMs += passedMs;
        const command = commandOf(each, nowMs);
        assert.deepEqual(steady.give(command), other.give(command));
        if (restarted[index] === true) other.state = other.reread();
        assert.equal(other.bytes(), steady.bytes());
        assert.deepEqual([other.state.bytes, other.state.holds], [steady.state.bytes, steady.state.holds]);
      }
      replayed.take(steady.rereadLog());
      assert.equal(replayed.bytes(), steady.bytes());
    }),
    { numRuns: 500 },
  );
});
