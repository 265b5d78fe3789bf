import { describe, expect, test } from 'vitest';
import { finalize, finalizedRoom, gate, register, Room, softSafeRoom } from './fixtures.js';

describe('D6: a gate opens only at its level', () => {
  test('above the level that the operation has reached, it stays shut', () => {
    const room = new Room();
    room.do(register());
    for (const level of ['soft_safe', 'finalized'] as const) {
      expect(room.refusal(gate(level))).toMatchObject({
        code: 'AGREEMENT_GATE_CLOSED',
        message: `agreement WAL gate closed for \`op#1\`: gate=${level}, level=provisional`,
      });
    }
    expect(softSafeRoom().refusal(gate('finalized'))).toMatchObject({ code: 'AGREEMENT_GATE_CLOSED' });
  });

  test('at its level and above, it opens and says so', () => {
    expect(softSafeRoom().do(gate('provisional'), gate('soft_safe'))).toHaveLength(2);
    expect(finalizedRoom().do(gate('finalized'))).toEqual([
      {
        kind: 'visibility_gate_crossing',
        operationId: 'op#1',
        downstreamCoroutineId: 'coro#9',
        gateLevel: 'finalized',
        tick: 5,
      },
    ]);
  });

  test('below usable_at it stays shut, whatever the gate asks for', () => {
    expect(softSafeRoom({ usableAt: 'finalized' }).refusal(gate('none'))).toMatchObject({
      message: 'agreement WAL gate closed for `op#1`: gate=none, level=soft_safe, usable_at=finalized',
    });
    expect(finalizedRoom({ usableAt: 'finalized' }).do(gate('none'))).toHaveLength(1);
  });

  test('while the visibility does not permit use, it stays shut', () => {
    expect(softSafeRoom({ visibility: 'blocked_until_finalized' }).refusal(gate('none'))).toMatchObject({
      message:
        'agreement WAL gate closed for `op#1`: gate=none, level=soft_safe, visibility=blocked_until_finalized',
    });
    expect(finalizedRoom({ visibility: 'blocked_until_finalized' }).do(gate('finalized'))).toHaveLength(1);
  });

  test.each(['aborted', 'rejected', 'timed_out'] as const)(
    'of an operation that was %s, it stays shut, even if it was crossed before',
    (outcome) => {
      const room = softSafeRoom({ visibility: 'immediate', usableAt: 'none' });
      room.do(gate('provisional'), finalize(outcome));
      expect(room.refusal(gate('provisional'))).toMatchObject({
        code: 'AGREEMENT_GATE_CLOSED',
        decided: { outcome },
      });
    },
  );
});

test('D13: a crossing is recorded once for each coroutine and level, whatever the tick', () => {
  const room = softSafeRoom();
  room.do(gate('soft_safe', 'coro#1', 5));
  expect(room.do(gate('soft_safe', 'coro#1', 6))).toEqual([]);
  expect(room.do(gate('soft_safe', 'coro#2', 6), gate('provisional', 'coro#1', 6))).toHaveLength(2);
});
