import { describe, expect, test } from 'vitest';
import { encode } from '../../../src/codec/cbor.js';
import type { LedgerCommand } from '../../../src/node/authority/ledger-command.js';
import { abortedAtOnceMax, reasonBytesMax } from '../../../src/node/authority/ledger-limits.js';
import { ledgerProjection } from '../../../src/node/authority/ledger-projection.js';
import { openOf, standingOf } from '../../../src/node/authority/ledger-state.js';
import { pageInputBytesMax, pageOfOpen, pageOperationsMax } from '../../../src/node/authority/open-page.js';
import { payloadBytesMax } from '../../../src/steps/limits.js';
import { operation } from './authority-bench.js';

/** A ledger that is given commands one after the other. */
class Ledger {
  readonly room = ledgerProjection({ openMax: 1000, settledMax: 1000, factsMax: 1000 });
  readonly state = this.room.initial();

  /** The code of the refusal, or what was recorded. */
  give(command: LedgerCommand): string | readonly string[] {
    const decision = this.room.decide(this.state, command);
    if (decision.kind === 'refused') return decision.refusal.code;
    for (const entry of decision.entries) this.room.apply(this.state, entry, 1);
    return decision.entries.map(({ kind }) => kind);
  }

  admit(operationId: string, sessionId = 's', input: string | number = 1): string | readonly string[] {
    return this.give({ kind: 'admit', sessionId, operation: operation(operationId, sessionId, input) });
  }
}

const settle = (operationId: string): Extract<LedgerCommand, { kind: 'settle' }> => ({
  kind: 'settle',
  operationId,
  sessionId: 's',
  generation: 3,
  settlement: { outcome: 'rejected', reason: 'no' },
});

describe('the ledger', () => {
  test.each([
    ['an empty id', { ...operation('o'), operationId: '' }],
    ['a workflow without a name', { ...operation('o'), workflow: '' }],
    ['a digest of another input', { ...operation('o'), inputDigest: operation('o', 's', 2).inputDigest }],
    ['an input that is no data', { ...operation('o'), input: Uint8Array.of(0xff) }],
    ['an input that is too large', { ...operation('o'), input: new Uint8Array(payloadBytesMax + 1) }],
  ])('refuses to admit %s', (_, faulty) => {
    const command = { kind: 'admit', sessionId: 's', operation: faulty } as const;
    expect(new Ledger().give(command)).toBe('LEDGER_INVALID_COMMAND');
  });

  test('takes equal inputs for the same one, however their keys were set', () => {
    const ledger = new Ledger();
    const { inputDigest } = operation('o');
    expect(inputDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(ledger.admit('o')).toEqual(['admitted']);
    expect(ledger.admit('o')).toEqual([]);
    expect(ledger.admit('o', 's', 'other')).toBe('LEDGER_CONFLICT');
  });

  test('admits nothing in the name of another session', () => {
    const command = { kind: 'admit', sessionId: 't', operation: operation('o', 's') } as const;
    expect(new Ledger().give(command)).toBe('LEDGER_FOREIGN_OPERATION');
  });

  test.each([
    ['a reason that is too long', 'x'.repeat(reasonBytesMax + 1)],
    ['half a character', '\ud800'],
  ])('refuses an end with %s', (_, reason) => {
    const ledger = new Ledger();
    ledger.admit('o');
    const command = { ...settle('o'), settlement: { outcome: 'aborted', reason } } as const;
    expect(ledger.give(command)).toBe('LEDGER_INVALID_COMMAND');
    expect(ledger.give({ ...settle('o'), generation: -1 })).toBe('LEDGER_INVALID_COMMAND');
    expect(ledger.give(settle('o'))).toEqual(['settled']);
  });

  test('aborts what is open of one session, so many at a time, and nothing else', () => {
    const ledger = new Ledger();
    for (let number = 0; number <= abortedAtOnceMax; number += 1) ledger.admit(`o${number}`);
    ledger.admit('other', 't');
    const abort = { kind: 'abort_open', sessionId: 's', generation: 0, reason: 'gone' } as const;
    expect(ledger.give(abort)).toHaveLength(abortedAtOnceMax);
    expect(ledger.give(abort)).toHaveLength(1);
    expect(ledger.give(abort)).toEqual([]);
    expect([openOf(ledger.state, 's'), openOf(ledger.state, 't').length]).toEqual([[], 1]);
    expect(standingOf(ledger.state, 'o7')).toMatchObject({
      fact: { generation: 0, settlement: { outcome: 'aborted', reason: 'gone' } },
    });
  });

  test('shows what is open page by page: in the order of ids, so many and so large at a time, one at least', () => {
    const ledger = new Ledger();
    const half = 'x'.repeat(pageInputBytesMax / 2);
    const whole = 'x'.repeat(pageInputBytesMax + 1);
    for (const [id, input] of [
      ['c', whole],
      ['a', half],
      ['b', half],
      ['d', 1],
    ] as const)
      ledger.admit(id, 's', input);
    const page = (after: string, limit = 10) =>
      pageOfOpen(ledger.state, 's', after, limit).map(({ operationId }) => operationId);
    expect([page(''), page('a'), page('b'), page('c'), page('d')]).toEqual([['a'], ['b'], ['c'], ['d'], []]);
    expect([page('b', 0), page('', 1)]).toEqual([[], ['a']]);
    for (let number = 0; number <= pageOperationsMax; number += 1) ledger.admit(`e${number}`);
    expect(page('d', 10_000)).toHaveLength(pageOperationsMax);
  });

  test.each([
    [{ openMax: 0, settledMax: 1, factsMax: 1 }],
    [{ openMax: 1, settledMax: 1.5, factsMax: 1 }],
    [{ openMax: 1, settledMax: 2, factsMax: 3 }],
  ])('cannot have the limits %j', (limits) => {
    expect(() => ledgerProjection(limits)).toThrow(expect.objectContaining({ code: 'LEDGER_INVALID_LIMIT' }));
  });

  test('refuses entries and snapshots that no ledger can have come to', () => {
    const { room, state } = new Ledger();
    const corrupt = expect.objectContaining({ code: 'LEDGER_LOG_CORRUPT' });
    const admitted = { kind: 'admitted', operation: operation('o') } as const;
    room.apply(state, admitted, 1);
    expect(() => room.apply(state, admitted, 2)).toThrow(corrupt);
    const settlement = { outcome: 'aborted', reason: '' } as const;
    const settled = { kind: 'settled', operationId: 'p', generation: 0, settlement } as const;
    expect(() => room.apply(state, settled, 2)).toThrow(corrupt);
    expect(() => room.apply(state, { kind: 'entombed', operationId: 'o' }, 2)).toThrow(corrupt);
    expect(() => room.apply(state, { kind: 'forgotten', operationId: 'o' }, 2)).toThrow(corrupt);
    const [first] = [...state.open.values()];
    const held = encode({
      operation_id: first?.operationId ?? '',
      session_id: 's',
      workflow: 'w',
      input: Uint8Array.of(1),
      input_digest: '',
    });
    expect(() => room.restore({ open: [held, held], settled: [], tombstones: [] })).toThrow(corrupt);
  });
});
