import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FailureReport } from '../../../sim/campaign/campaign-document.js';
import { failureIdentity, mergeByIdentity, stateLabel } from '../../../sim/campaign/failure-identity.js';
import { countFailure, emptyTally, type FoundFailure, mergeTally } from '../../../sim/campaign/tally.js';

const choice = fc.record({
  label: fc.constantFrom('crash.kind', 'crash.moment', 'workload.clients'),
  occurrence: fc.nat(9),
  value: fc.integer({ min: 1, max: 9 }),
});

describe('the identity of a failure', () => {
  test('is of the labels of its choices: neither their values, their order nor their number', () => {
    fc.assert(
      fc.property(fc.array(choice), fc.array(choice), (one, other) => {
        const labels = (choices: typeof one): string =>
          [...new Set(choices.map(({ label }) => label))].toSorted().join(' ');
        const same = failureIdentity('level', 'node', one) === failureIdentity('level', 'node', other);
        expect(same).toBe(labels(one) === labels(other));
      }),
    );
  });

  test('begins with the invariant, and is of the invariant and the state too', () => {
    const identities = [
      failureIdentity('level', 'node', []),
      failureIdentity('keel', 'node', []),
      failureIdentity('level', 'store', []),
      failureIdentity('level', 'node', null),
    ];
    expect(identities[0]).toMatch(/^level\/[0-9a-f]{8}$/);
    expect(new Set(identities).size).toBe(4);
  });
});

test.each([
  [
    { node: 'worker-12', fact: 'worker.acts', states: ['log:idle', 'leases:held'] },
    'worker worker.acts log:serving',
  ],
  [{ node: 'worker-3', fact: 'worker.acts', states: ['log:flushing'] }, 'worker worker.acts log:serving'],
  [{ node: 'node', fact: 'node.refused', states: ['log:recovering'] }, 'node node.refused log:recovering'],
  [{ node: 'outside', fact: 'effect.applied', states: [] }, 'outside effect.applied'],
  [{ node: '', fact: '', states: [] }, 'at rest'],
  [undefined, 'at rest'],
])('the state label of %j is "%s"', (sighting, label) => {
  expect(stateLabel(sighting)).toBe(label);
});

function report(identity: string, seed: number, count: number): FailureReport {
  const none = { event: null, atMs: null, lastEvents: [], file: null, shrunk: null, chain: null };
  const told = { subject: 'hull', message: 'leaks', fingerprint: null, command: 'replay' };
  return { identity, invariant: 'level', state: 'sea', scenario: 'leaky', seed, count, ...told, ...none };
}

test('failures of one identity are one, told by the first, with the count of all', () => {
  const merged = mergeByIdentity([report('a', 4, 10), report('b', 5, 1), report('a', 3, 90)]);
  expect(merged.map(({ identity, seed, count }) => [identity, seed, count])).toEqual([
    ['a', 4, 100],
    ['b', 5, 1],
  ]);
});

function found(state: string, seed: number, events = 40): FoundFailure {
  const told = { subject: 'hull', message: 'leaks', fingerprint: '0' };
  return { invariant: 'level', state, seed, events, ...told, count: 1 };
}

describe('a tally', () => {
  test('keeps the shortest run of each state of an invariant, and counts the others', () => {
    const tally = emptyTally();
    const runs = [found('bow', 0, 50), found('stern', 1), found('bow', 2, 30), found('bow', 3, 60)];
    for (const run of runs) countFailure(tally, run);
    expect([...tally.failures.values()]).toEqual([
      { ...found('bow', 2, 30), count: 3 },
      { ...found('stern', 1), count: 1 },
    ]);
  });

  test('keeps the lowest seed of runs of one length, however the work was shared', () => {
    const lengths = fc.array(fc.nat(5), { minLength: 1 });
    fc.assert(
      fc.property(lengths, fc.nat(3), (events, late) => {
        const [one, other] = [emptyTally(), emptyTally()];
        for (const [seed, count] of events.entries())
          countFailure(seed % 4 < late ? one : other, found('bow', seed, count));
        mergeTally(one, other);
        const least = Math.min(...events);
        expect([...one.failures.values()]).toEqual([
          { ...found('bow', events.indexOf(least), least), count: events.length },
        ]);
      }),
    );
  });

  test('loses no failure when there are more states than are told apart', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30)), fc.nat(100), (states, cut) => {
        const [early, late] = [emptyTally(), emptyTally()];
        for (const [seed, state] of states.entries()) {
          countFailure(seed < cut ? early : late, found(`state ${state}`, seed));
        }
        mergeTally(early, late);
        const kept = [...early.failures.values()];
        expect(kept.reduce((sum, { count }) => sum + count, 0)).toBe(states.length);
        expect(kept.length).toBeLessThanOrEqual(9);
        const isCut = kept.some(({ state }) => state === 'other states than the first 8');
        expect(isCut).toBe(new Set(states).size > 8);
        expect(kept[0]?.seed).toBe(states.length > 0 ? 0 : undefined);
      }),
    );
  });
});
