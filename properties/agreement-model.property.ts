import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AgreementEntry, operationIdOf } from '../src/agreement/entry.js';
import { readSince } from '../src/agreement/wal.js';
import { planRecovery } from '../src/recovery/plan.js';
import { assertAccounted } from '../src/recovery/soundness.js';
import { arbitraryCommand } from '../test/unit/agreement/arbitrary-command.js';
import { Room } from '../test/unit/agreement/fixtures.js';
import { AgreementModel } from '../test/unit/agreement/model.js';

const commands = fc.array(arbitraryCommand, { maxLength: 40, size: 'max' });

function view(room: Room): Readonly<Record<string, string>> {
  const levels = ['none', 'provisional', 'soft_safe', 'finalized'];
  return Object.fromEntries(
    [...room.state.operations].map(([id, { level, finalization, evidence }]) => [
      id,
      `${levels.indexOf(level)} ${finalization?.outcome ?? ''} ${[...evidence.keys()].join()}`,
    ]),
  );
}

test('accepts and refuses what the model does, and comes to the same levels, outcomes and evidence', () => {
  fc.assert(
    fc.property(commands, (given) => {
      const room = new Room();
      const model = new AgreementModel();
      let before = room.bytes();
      for (const command of given) {
        const { refusal, entries } = room.give(command);
        assert.equal(refusal === undefined, model.accepts(command), JSON.stringify(command));
        expect(view(room)).toEqual(model.view());
        const after = room.bytes();
        assert.equal(after === before, entries.length === 0, JSON.stringify(command));
        before = after;
      }
    }),
    { numRuns: 3000 },
  );
});

test('what was accepted is accepted again at once, with nothing to record', () => {
  fc.assert(
    fc.property(commands, (given) => {
      const room = new Room();
      for (const command of given) {
        if (room.give(command).refusal !== undefined) continue;
        assert.deepEqual(room.give(command), { refusal: undefined, entries: [] }, JSON.stringify(command));
      }
    }),
    { numRuns: 1000 },
  );
});

/** What is wrong with an entry after those that the two maps stand for, which it is then added to. */
function wrong(entry: AgreementEntry, levels: Map<string, string>, outcomes: Map<string, string>): string {
  const order = ['none', 'provisional', 'soft_safe', 'finalized'];
  const id = operationIdOf(entry);
  const level = levels.get(id) ?? 'none';
  const outcome = outcomes.get(id);
  switch (entry.kind) {
    case 'contract_registered':
      return levels.has(id) ? 'registered twice' : '';
    case 'operation_forgotten':
      levels.delete(id);
      return outcomes.delete(id) ? '' : 'forgotten before its outcome';
    case 'escalation':
      levels.set(id, entry.newLevel);
      if (entry.previousLevel !== level) return 'starts elsewhere than the last one ended';
      if (order.indexOf(entry.newLevel) <= order.indexOf(level)) return 'does not rise';
      return outcome === undefined ? '' : 'rises after the outcome';
    case 'evidence_produced':
      return outcome === undefined ? '' : 'new evidence after the outcome';
    case 'finalization':
      outcomes.set(id, entry.outcome);
      if ((entry.outcome === 'finalized') !== (level === 'finalized')) return 'outcome and level contradict';
      return outcome === undefined ? '' : 'a second outcome';
    case 'visibility_gate_crossing':
      if (outcome !== undefined && outcome !== 'finalized') return 'a gate of a discarded operation';
      return order.indexOf(level) >= order.indexOf(entry.gateLevel) ? '' : 'a gate above the level';
  }
}

test('in the log, levels only rise step by step, nothing follows an outcome, and no gate is above its level', () => {
  fc.assert(
    fc.property(commands, (given) => {
      const room = new Room();
      given.forEach((command) => room.give(command));
      const [levels, outcomes] = [new Map<string, string>(), new Map<string, string>()];
      const faults = room.log.map((entry) => wrong(entry, levels, outcomes));
      expect(faults).toEqual(faults.map(() => ''));
    }),
    { numRuns: 2000 },
  );
});

test('a room that restarts anywhere from a snapshot or from its log ends as one that never does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(arbitraryCommand, fc.boolean()), { maxLength: 40, size: 'max' }),
      (given) => {
        const [steady, restarted, replayed] = [new Room(), new Room(), new Room()];
        for (const [command, isRestart] of given) {
          expect(restarted.give(command)).toEqual(steady.give(command));
          if (isRestart) restarted.state = restarted.reread();
          expect(restarted.bytes()).toBe(steady.bytes());
        }
        replayed.take(steady.rereadLog());
        expect(replayed.log).toEqual(steady.log);
        expect(replayed.bytes()).toBe(steady.bytes());
      },
    ),
    { numRuns: 1500 },
  );
});

test('from any checkpoint, recovery accounts for every operation, soundly, and decides the same', () => {
  fc.assert(
    fc.property(commands, fc.nat(), fc.subarray(['alice', 'bob', 'fact']), (given, cut, cached) => {
      const room = new Room();
      given.forEach((command) => room.give(command));
      const checkpoint = new Room();
      const lsn = cut % (room.log.length + 1);
      checkpoint.take(room.log.slice(0, lsn));
      const before = checkpoint.bytes();
      const { operations } = checkpoint.state;
      const plan = planRecovery({ lsn, tick: 0, operations }, readSince(room.placed, lsn), new Set(cached));
      expect(checkpoint.bytes()).toBe(before);
      assertAccounted(plan, room.state.operations.keys());
      expect(plan.decisions).toHaveLength(room.state.operations.size);
      const whole = planRecovery({ lsn: 0, tick: 0, operations: new Map() }, room.placed, new Set(cached));
      const bare = whole.decisions.map((decision) => ({ ...decision, checkpointLevel: 'none' }));
      expect(plan.decisions.map((decision) => ({ ...decision, checkpointLevel: 'none' }))).toEqual(bare);
    }),
    { numRuns: 1500 },
  );
});
