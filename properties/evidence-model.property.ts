import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportEvidence, importEvidence } from '../src/evidence/artifact.js';
import { evidenceIdOf } from '../src/evidence/evidence-id.js';
import { lookup, vacancies } from '../src/evidence/lookup.js';
import { evidenceProjection } from '../src/evidence/projection.js';
import { arbitraryCommand } from '../test/unit/evidence/arbitrary-command.js';
import { Cache, evidence } from '../test/unit/evidence/fixtures.js';
import { bodyOf, EvidenceModel, viewOf } from '../test/unit/evidence/model.js';

const entriesMax = fc.integer({ min: 1, max: 5 });
const commands = fc.array(arbitraryCommand, { maxLength: 50, size: 'max' });

function view({ state }: Cache): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...state.held].map(([id, piece]) => [id, viewOf(bodyOf(piece), !state.evictable.has(id))]),
  );
}

test('accepts and refuses what the model does, and holds the same', () => {
  const seen = { recorded: 0, evicted: 0, refused: 0 };
  fc.assert(
    fc.property(entriesMax, commands, (bound, given) => {
      const cache = new Cache(bound);
      const model = new EvidenceModel();
      let before = cache.bytes();
      for (const command of given) {
        const { refusal, entries } = cache.give(command);
        assert.equal(refusal === undefined, model.accepts(command, bound), JSON.stringify(command));
        assert.deepEqual(view(cache), model.view());
        const after = cache.bytes();
        assert.equal(after === before, entries.length === 0, JSON.stringify(command));
        before = after;
        seen.recorded += entries.length;
        if (refusal !== undefined) seen.refused += 1;
      }
      seen.evicted += cache.log.filter((entry) => entry.kind === 'evidence_evicted').length;
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(1000);
});

test('never holds more than its bound, what is blocked or transient, or less than what is needed', () => {
  fc.assert(
    fc.property(entriesMax, commands, (bound, given) => {
      const cache = new Cache(bound);
      const model = new EvidenceModel();
      for (const command of given) {
        const promised = vacancies(cache.state, bound);
        const { refusal } = cache.give(command);
        model.accepts(command, bound);
        const { held } = cache.state;
        assert.ok(held.size <= bound);
        assert.ok(model.needed().every((id) => held.has(id)));
        if (refusal !== undefined || command.kind !== 'record') continue;
        const { evidenceId, fingerprint, outcome } = command.evidence;
        assert.deepEqual(lookup(cache.state, evidenceId, fingerprint), { kind: 'hit', outcome });
        assert.ok(vacancies(cache.state, bound) >= promised - 1);
      }
      const { usable, dropped } = importEvidence(exportEvidence(cache.state));
      assert.equal(usable.length + dropped.length, cache.state.held.size);
      assert.ok(dropped.every(({ reason }) => reason === 'authority'));
    }),
    { numRuns: 2000 },
  );
});

test('takes every new outcome that it had a vacancy for', () => {
  fc.assert(
    fc.property(entriesMax, commands, (bound, given) => {
      const cache = new Cache(bound);
      for (const command of given) cache.give(command);
      const promised = vacancies(cache.state, bound);
      for (let number = 0; number <= promised; number += 1) {
        const command = { kind: 'record', evidence: evidence({ evidenceId: `new#${number}` }) } as const;
        assert.equal(cache.give(command).refusal === undefined, number < promised);
      }
    }),
    { numRuns: 1000 },
  );
});

test('what was accepted is accepted again at once, with nothing to record', () => {
  fc.assert(
    fc.property(entriesMax, commands, (bound, given) => {
      const cache = new Cache(bound);
      for (const command of given) {
        if (cache.give(command).refusal !== undefined) continue;
        assert.deepEqual(cache.give(command), { refusal: undefined, entries: [] }, JSON.stringify(command));
      }
    }),
    { numRuns: 1000 },
  );
});

test('a cache that restarts anywhere, from a snapshot or from its log, ends as one that never does', () => {
  fc.assert(
    fc.property(
      entriesMax,
      fc.array(fc.tuple(arbitraryCommand, fc.boolean()), { maxLength: 50, size: 'max' }),
      (bound, given) => {
        const [steady, restarted, replayed] = [new Cache(bound), new Cache(bound), new Cache(bound)];
        for (const [command, isRestart] of given) {
          const [one, other] = [restarted.give(command), steady.give(command)];
          assert.equal(one.refusal?.message, other.refusal?.message);
          assert.deepEqual(one.entries, other.entries);
          if (isRestart) restarted.state = restarted.reread();
          assert.equal(restarted.bytes(), steady.bytes());
        }
        replayed.take(steady.rereadLog());
        expect(replayed.log).toEqual(steady.log);
        expect(replayed.state).toEqual(steady.state);
        expect(replayed.bytes()).toBe(steady.bytes());
      },
    ),
    { numRuns: 1000 },
  );
});

test('a bound that changes from life to life holds for whatever is recorded under it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(entriesMax, commands), { maxLength: 4 }), (lives) => {
      const cache = new Cache();
      const model = new EvidenceModel();
      for (const [bound, given] of lives) {
        const projection = evidenceProjection({ entriesMax: bound });
        for (const command of given) {
          const decision = projection.decide(cache.state, command);
          assert.equal(decision.kind === 'accepted', model.accepts(command, bound));
          const entries = decision.kind === 'accepted' ? decision.entries : [];
          entries.forEach((entry) => projection.apply(cache.state, entry, 1));
          if (entries.length > 0 && command.kind === 'record') assert.ok(cache.state.held.size <= bound);
        }
        assert.deepEqual(view(cache), model.view());
        cache.state = cache.reread();
      }
    }),
    { numRuns: 1000 },
  );
});

test('D17, E5: two evidence ids are equal only when operation, step and occurrence are', () => {
  const part = fc.string({ unit: fc.constantFrom(':', '%', '3', 'A', '2', '5', 'a', '0'), maxLength: 6 });
  const step = fc.tuple(part, part, fc.nat(20));
  fc.assert(
    fc.property(step, step, (one, other) => {
      assert.equal(
        evidenceIdOf(...one) === evidenceIdOf(...other),
        JSON.stringify(one) === JSON.stringify(other),
      );
    }),
    { numRuns: 20_000 },
  );
});
