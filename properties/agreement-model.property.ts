import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgreementCommand } from '../src/agreement/command.js';
import { type AgreementEntry, operationIdOf } from '../src/agreement/entry.js';
import { agreementProjection } from '../src/agreement/projection.js';
import { readSince } from '../src/agreement/wal.js';
import { decode, encode } from '../src/codec/cbor.js';
import { planRecovery } from '../src/recovery/plan.js';
import { assertAccounted } from '../src/recovery/soundness.js';
import { arbitraryCommand } from '../test/unit/agreement/arbitrary-command.js';
import { Room } from '../test/unit/agreement/fixtures.js';
import { AgreementModel } from '../test/unit/agreement/model.js';

const commands = fc.array(arbitraryCommand, { maxLength: 40, size: 'max' });

/** Gives a command to the room. Returns whether it was accepted, and how much was recorded. */
function give(
  room: Room,
  command: AgreementCommand,
): { readonly isAccepted: boolean; readonly recorded: number } {
  const decision = agreementProjection.decide(room.state, command);
  if (decision.kind === 'refused') return { isAccepted: false, recorded: 0 };
  return { isAccepted: true, recorded: room.do(command).length };
}

function view(room: Room): Readonly<Record<string, string>> {
  const levels = ['none', 'provisional', 'soft_safe', 'finalized'];
  return Object.fromEntries(
    [...room.state.operations].map(([id, { level, finalization, evidence }]) => [
      id,
      `${levels.indexOf(level)} ${finalization?.outcome ?? ''} ${[...evidence.keys()].join()}`,
    ]),
  );
}

/** As after a restart from a snapshot of now. */
function restart(room: Room): void {
  room.state = agreementProjection.restore(decode(encode(agreementProjection.capture(room.state))));
}

test('accepts and refuses what the model does, and comes to the same levels, outcomes and evidence', () => {
  fc.assert(
    fc.property(commands, (given) => {
      const room = new Room();
      const model = new AgreementModel();
      for (const command of given) {
        const before = room.bytes();
        const { isAccepted, recorded } = give(room, command);
        assert.equal(isAccepted, model.accepts(command), JSON.stringify(command));
        expect(view(room)).toEqual(model.view());
        assert.equal(room.bytes() === before, recorded === 0, JSON.stringify(command));
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
        if (!give(room, command).isAccepted) continue;
        assert.deepEqual(give(room, command), { isAccepted: true, recorded: 0 }, JSON.stringify(command));
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
      given.forEach((command) => give(room, command));
      const [levels, outcomes] = [new Map<string, string>(), new Map<string, string>()];
      const faults = room.log.map(({ entry }) => wrong(entry, levels, outcomes));
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
          expect(give(restarted, command)).toEqual(give(steady, command));
          if (isRestart) restart(restarted);
          expect(restarted.bytes()).toBe(steady.bytes());
        }
        for (const { lsn, entry } of steady.log) {
          const read = agreementProjection.decodeEntry(
            decode(encode(agreementProjection.encodeEntry(entry))),
          );
          expect(read).toEqual(entry);
          agreementProjection.apply(replayed.state, read, lsn);
        }
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
      given.forEach((command) => give(room, command));
      const checkpoint = new Room();
      const lsn = cut % (room.log.length + 1);
      for (const placed of room.log.slice(0, lsn)) {
        agreementProjection.apply(checkpoint.state, placed.entry, placed.lsn);
      }
      const before = checkpoint.bytes();
      const { operations } = checkpoint.state;
      const plan = planRecovery({ lsn, tick: 0, operations }, readSince(room.log, lsn), new Set(cached));
      expect(checkpoint.bytes()).toBe(before);
      assertAccounted(plan, room.state.operations.keys());
      expect(plan.decisions).toHaveLength(room.state.operations.size);
      const whole = planRecovery({ lsn: 0, tick: 0, operations: new Map() }, room.log, new Set(cached));
      const bare = whole.decisions.map((decision) => ({ ...decision, checkpointLevel: 'none' }));
      expect(plan.decisions.map((decision) => ({ ...decision, checkpointLevel: 'none' }))).toEqual(bare);
    }),
    { numRuns: 1500 },
  );
});
