import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOpen } from '../src/operations/barrier.js';
import type { OperationsEntry } from '../src/operations/entry.js';
import { feedSince } from '../src/operations/feed.js';
import { statusOf } from '../src/operations/operation.js';
import { activeCount, type OperationsState } from '../src/operations/state.js';
import { Watchers } from '../src/operations/watchers.js';
import { arbitraryCommand } from '../test/unit/operations/arbitrary-command.js';
import { Registry } from '../test/unit/operations/fixtures.js';
import { OperationsModel } from '../test/unit/operations/model.js';

const commands = fc.array(arbitraryCommand, { maxLength: 60, size: 'max' });

const limits = fc.record({
  completedMax: fc.integer({ min: 1, max: 3 }),
  concurrentMax: fc.constantFrom(null, null, 4),
  tombstonesMax: fc.integer({ min: 1, max: 3 }),
});

function view(state: OperationsState) {
  const page = feedSince(state, 0, Infinity);
  return {
    active: activeCount(state),
    operations: [...state.operations.values()].map(
      (operation) =>
        `${operation.spec.operationId} ${statusOf(operation)} ${Object.values(operation.peer ?? {}).join('/')} ${operation.progressCount}`,
    ),
    ended: [...state.completed].map(([seq, { spec }]) => `${spec.operationId} ${seq}`),
    rows: page.entries.map(({ seq }) => seq),
    watermark: page.watermark,
    dropped: page.droppedThrough,
    tombstones: [...state.tombstones].map(
      ([id, { completion }]) => `${id} ${completion.outcome.kind} ${completion.seq}`,
    ),
    owners: [...state.terminatedOwners.keys()],
    waits: [...state.barriers].map(([id, barrier]) => {
      const answers = [...barrier.answers.values()].map((answer) => {
        if (answer === null) return '';
        return answer.kind === 'rolled_back' ? answer.kind : `${answer.outcome.kind} ${answer.seq}`;
      });
      return `${id} ${isOpen(barrier)} ${answers.join()}`;
    }),
    cursors: state.cursors,
  };
}

test('accepts and refuses what the model does, and shows the same operations, feed, tombstones, waits and cursors', () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(limits, commands, (given, sequence) => {
      const registry = new Registry(given);
      const model = new OperationsModel(given);
      let before = registry.bytes();
      for (const command of sequence) {
        const { refusal, entries } = registry.give(command);
        assert.equal(refusal === undefined, model.accepts(command), JSON.stringify(command));
        assert.deepEqual(view(registry.state), model.view(), JSON.stringify(command));
        const after = registry.bytes();
        assert.equal(after === before, entries.length === 0, JSON.stringify(command));
        before = after;
        if (refusal !== undefined) count(refusal.code);
        for (const { kind } of entries) count(kind);
      }
    }),
    { numRuns: 3000 },
  );
  // All 15 kinds of entries, and the 12 refusals that are not of single inputs or of large numbers.
  expect([...seen.keys()].sort()).toHaveLength(27);
  expect(Math.min(...seen.values())).toBeGreaterThan(50);
});

test('an operation ends once, seqs have no holes, and a wait is satisfied once, with the outcomes that were recorded', () => {
  fc.assert(
    fc.property(limits, commands, (given, sequence) => {
      const registry = new Registry(given);
      sequence.forEach((command) => registry.give(command));
      const [ended, rolledBack] = [new Map<string, OperationsEntry>(), new Set<string>()];
      const waits = new Map<string, readonly string[]>();
      let lastSeq = 0;
      for (const entry of registry.log) {
        if (entry.kind === 'operation_registered') {
          assert(!ended.has(entry.spec.operationId), 'an id that ended is registered again');
        } else if (entry.kind === 'operation_rolled_back') {
          rolledBack.add(entry.operationId);
        } else if (entry.kind === 'operation_ended') {
          assert(!ended.has(entry.operationId), 'a second end');
          assert.equal(entry.seq, (lastSeq += 1));
          ended.set(entry.operationId, entry);
        } else if (entry.kind === 'tombstone_dropped') {
          ended.delete(entry.operationId);
        } else if (entry.kind === 'barrier_opened') {
          assert(!waits.has(entry.requestId), 'opened twice');
          waits.set(entry.requestId, entry.operationIds);
        } else if (entry.kind === 'barrier_closed') {
          waits.delete(entry.requestId);
        } else if (entry.kind === 'barrier_satisfied') {
          const members = waits.get(entry.requestId) ?? [];
          assert.equal(entry.answers.length, members.length);
          for (const [index, id] of members.entries()) {
            const answer = entry.answers[index];
            if (answer?.kind === 'rolled_back') assert(rolledBack.has(id));
            else assert(answer !== undefined && answer.seq <= lastSeq);
          }
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('a reader of the feed, however slow, sees every completion with a row, or is told of the gap', () => {
  fc.assert(
    fc.property(
      limits,
      fc.array(fc.tuple(arbitraryCommand, fc.constantFrom(0, 0, 0, 1, 2)), { maxLength: 60, size: 'max' }),
      (given, sequence) => {
        const registry = new Registry(given);
        const seen = new Set<number>();
        const missedThrough: number[] = [];
        let afterSeq = 0;
        const readPage = (limit: number) => {
          const { entries, gap, throughSeq, watermark } = feedSince(registry.state, afterSeq, limit);
          assert(throughSeq >= afterSeq && throughSeq <= watermark);
          for (const { seq } of entries) {
            assert(seq > afterSeq && !seen.has(seq), 'a row twice');
            seen.add(seq);
          }
          if (gap !== null) missedThrough.push(gap.droppedThrough);
          assert.equal(gap !== null, afterSeq < registry.state.droppedThrough);
          afterSeq = throughSeq;
        };
        for (const [command, limit] of sequence) {
          registry.give(command);
          if (limit > 0) readPage(limit);
        }
        while (afterSeq < registry.state.watermark) readPage(2);
        const kinds = new Map(
          registry.log.flatMap((entry) =>
            entry.kind === 'operation_registered' ? [[entry.spec.operationId, entry.spec.kind]] : [],
          ),
        );
        for (const entry of registry.log) {
          if (entry.kind !== 'operation_ended') continue;
          const isPublic = kinds.get(entry.operationId) !== 'background_tool_capacity_slot';
          if (!isPublic) assert(!seen.has(entry.seq));
          else
            assert(
              seen.has(entry.seq) || missedThrough.some((seq) => entry.seq <= seq),
              `${entry.seq} is missing`,
            );
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('a registry that restarts anywhere from a snapshot, or from its log, ends as one that never does', () => {
  fc.assert(
    fc.property(
      limits,
      fc.array(fc.tuple(arbitraryCommand, fc.boolean()), { maxLength: 60, size: 'max' }),
      (given, sequence) => {
        const steady = new Registry(given);
        let restarted = new Registry(given);
        for (const [command, isRestart] of sequence) {
          expect(restarted.give(command)).toEqual(steady.give(command));
          if (isRestart) restarted = restarted.restarted(given);
          assert.equal(restarted.bytes(), steady.bytes());
        }
        const replayed = steady.replayed();
        assert.deepEqual(replayed.log, steady.log);
        assert.equal(replayed.bytes(), steady.bytes());
      },
    ),
    { numRuns: 1000 },
  );
});

test('whenever a watch begins, it ends as soon as its operation has, durably, and never before', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: arbitraryCommand },
    { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map((watch) => ({ watch })) },
    { weight: 2, arbitrary: fc.constant('durable' as const) },
  );
  await fc.assert(
    fc.asyncProperty(limits, fc.array(step, { maxLength: 60, size: 'max' }), async (given, steps) => {
      const registry = new Registry(given);
      const watchers = new Watchers(registry);
      let told = 0;
      const watches: { readonly id: string; end: string; readonly from: number }[] = [];
      for (const next of steps) {
        if (next === 'durable') {
          while (told < registry.log.length) {
            const entry = registry.log[told];
            if (entry !== undefined) watchers.told(entry);
            told += 1;
          }
        } else if ('watch' in next) {
          const watch = { id: next.watch, end: '', from: registry.log.length };
          watches.push(watch);
          void watchers
            .subscribe(next.watch)
            .then((end) => (watch.end = 'seq' in end ? String(end.seq) : end.kind));
        } else {
          registry.give('watched' in next ? { ...next, watched: watchers.watched() } : next);
          for (const id of watchers.watched())
            assert(registry.state.operations.has(id) || told < registry.log.length);
        }
        // The promise reactions of everything that was told.
        await Promise.resolve();
        for (const { id, end, from } of watches) {
          const durableEnds = registry.log
            .slice(0, told)
            .flatMap((entry) =>
              entry.kind === 'operation_ended' && entry.operationId === id ? [String(entry.seq)] : [],
            );
          const life = registry.log
            .slice(from, told)
            .some(
              (entry) =>
                (entry.kind === 'operation_ended' || entry.kind === 'operation_rolled_back') &&
                entry.operationId === id,
            );
          if (/^\d+$/.test(end)) assert(durableEnds.includes(end), `${id} was told of end ${end} too early`);
          assert(end !== '' || !life, `${id} has ended, and the watch goes on`);
        }
      }
    }),
    { numRuns: 1500 },
  );
});
