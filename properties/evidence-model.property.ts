import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../src/codec/cbor.js';
import { exportEvidence, importEvidence } from '../src/evidence/artifact.js';
import type { EvidenceCommand } from '../src/evidence/command.js';
import { evidenceIdOf } from '../src/evidence/evidence-id.js';
import { lookup, vacancies } from '../src/evidence/lookup.js';
import { evidenceProjection } from '../src/evidence/projection.js';
import { arbitraryCommand } from '../test/unit/evidence/arbitrary-command.js';
import { Cache, evidence } from '../test/unit/evidence/fixtures.js';
import { bodyOf, EvidenceModel, viewOf } from '../test/unit/evidence/model.js';

const entriesMax = fc.integer({ min: 1, max: 5 });
const commands = fc.array(arbitraryCommand, { maxLength: 50, size: 'max' });

/** Gives a command to the cache. Returns whether it was accepted, and how much was recorded. */
function give(
  cache: Cache,
  command: EvidenceCommand,
): { readonly isAccepted: boolean; readonly recorded: number } {
  const decision = cache.projection.decide(cache.state, command);
  if (decision.kind === 'refused') return { isAccepted: false, recorded: 0 };
  return { isAccepted: true, recorded: cache.do(command).length };
}

function view({ state }: Cache): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...state.held].map(([id, piece]) => [id, viewOf(bodyOf(piece), !state.evictable.has(id))]),
  );
}

/** The state after a snapshot was written and read again. */
function reread({ projection, state }: Cache): Cache['state'] {
  return projection.restore(decode(encode(projection.capture(state))));
}

test('accepts and refuses what the model does, and holds the same', () => {
  const seen = { recorded: 0, evicted: 0, refused: 0 };
  fc.assert(
    fc.property(entriesMax, commands, (bound, given) => {
      const cache = new Cache(bound);
      const model = new EvidenceModel();
      for (const command of given) {
        const before = cache.bytes();
        const { isAccepted, recorded } = give(cache, command);
        assert.equal(isAccepted, model.accepts(command, bound), JSON.stringify(command));
        assert.deepEqual(view(cache), model.view());
        assert.equal(cache.bytes() === before, recorded === 0, JSON.stringify(command));
        seen.recorded += recorded;
        if (!isAccepted) seen.refused += 1;
      }
      seen.evicted += cache.log.filter((entry) => entry.kind === 'evidence_evicted').length;
    }),
    { numRuns: 3000 },
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
        const { isAccepted } = give(cache, command);
        model.accepts(command, bound);
        const { held } = cache.state;
        assert.ok(held.size <= bound);
        assert.ok(model.needed().every((id) => held.has(id)));
        if (!isAccepted || command.kind === 'release') continue;
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
      for (const command of given) give(cache, command);
      const promised = vacancies(cache.state, bound);
      for (let number = 0; number <= promised; number += 1) {
        const command = { kind: 'record', evidence: evidence({ evidenceId: `new#${number}` }) } as const;
        assert.equal(give(cache, command).isAccepted, number < promised);
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
        if (!give(cache, command).isAccepted) continue;
        assert.deepEqual(give(cache, command), { isAccepted: true, recorded: 0 }, JSON.stringify(command));
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
          assert.deepEqual(give(restarted, command), give(steady, command));
          if (isRestart) restarted.state = reread(restarted);
          assert.equal(restarted.bytes(), steady.bytes());
        }
        const { projection } = steady;
        steady.log.forEach((entry, index) => {
          const read = projection.decodeEntry(decode(encode(projection.encodeEntry(entry))));
          expect(read).toEqual(entry);
          projection.apply(replayed.state, read, index + 1);
        });
        expect(replayed.state).toEqual(steady.state);
        expect(replayed.bytes()).toBe(steady.bytes());
      },
    ),
    { numRuns: 1500 },
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
        cache.state = reread(cache);
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
