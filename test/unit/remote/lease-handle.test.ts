import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidLease, LeaseHandle } from '../../../src/remote/lease-handle.js';
import { FakeClock } from './fake-clock.js';

const held = (requestedAtMonotonicMs: number, grantedForMs = 100, marginMs = 0) => ({
  requestedAtMonotonicMs,
  grantedForMs,
  marginMs,
});

describe('a lease in the hands of its holder', () => {
  test('L1: is live up to its end, and not at it', () => {
    const clock = new FakeClock();
    const lease = new LeaseHandle(clock, held(1000));
    clock.oversleep(99);
    expect(lease.isLive()).toBe(true);
    clock.oversleep(1);
    expect(lease.isLive()).toBe(false);
    expect(lease.endMs).toBe(1100);
  });

  test('ends its margin earlier', () => {
    const clock = new FakeClock();
    const lease = new LeaseHandle(clock, held(1000, 100, 30));
    expect(lease.endMs).toBe(1070);
    clock.oversleep(69);
    expect(lease.isLive()).toBe(true);
    clock.oversleep(1);
    expect(lease.isLive()).toBe(false);
  });

  test('F30: that has ended stays so, whatever the clock says then', () => {
    let nowMs = 1200;
    const clock = { monotonicMs: () => nowMs, wallMs: () => 0, sleep: async () => {} };
    const lease = new LeaseHandle(clock, held(1000));
    expect(lease.isLive()).toBe(false);
    nowMs = 1050;
    expect(lease.isLive()).toBe(false);
    expect(lease.renew(held(1050))).toBe(false);
    expect(lease.isLive()).toBe(false);
  });

  test('F31: depends on no wall clock', () => {
    const clock = new FakeClock();
    const lease = new LeaseHandle(clock, held(1000));
    clock.jumpWall(-3_600_000);
    clock.oversleep(100);
    expect(lease.isLive()).toBe(false);
  });

  test('L4: is renewed from when the renewal was asked for, and not any more at its end', () => {
    const clock = new FakeClock();
    const lease = new LeaseHandle(clock, held(1000));
    clock.oversleep(99);
    expect(lease.renew(held(1050))).toBe(true);
    expect(lease.endMs).toBe(1150);
    clock.oversleep(51);
    expect(lease.renew(held(1149))).toBe(false);
    expect(lease.isLive()).toBe(false);
  });

  test('is not shortened by an answer that was overtaken', () => {
    const lease = new LeaseHandle(new FakeClock(), held(1000, 500));
    expect(lease.renew(held(1000, 100))).toBe(true);
    expect(lease.endMs).toBe(1500);
  });

  test.each([
    ['no time', held(0, 0)],
    ['a time below none', held(0, -1)],
    ['half a millisecond', held(0.5)],
    ['a margin below none', held(0, 10, -1)],
    ['a time that is none', held(Number.NaN)],
  ])('F36: cannot be made with %s, nor renewed to it', (_what, wrong) => {
    expect(() => new LeaseHandle(new FakeClock(), wrong)).toThrow(InvalidLease);
    const lease = new LeaseHandle(new FakeClock(), held(1000));
    expect(() => lease.renew(wrong)).toThrow(InvalidLease);
  });

  test('never comes back, and never lives past the last renewal that came in time', () => {
    const steps = fc.array(fc.tuple(fc.nat(60), fc.boolean(), fc.nat(60)), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (given) => {
        const clock = new FakeClock();
        const lease = new LeaseHandle(clock, held(1000));
        let endMs = 1100;
        let isLive = true;
        for (const [passedMs, renews, agoMs] of given) {
          clock.oversleep(passedMs);
          const nowMs = clock.monotonicMs();
          isLive &&= nowMs < endMs;
          const wasRenewed = renews && lease.renew(held(nowMs - agoMs));
          expect(wasRenewed).toBe(renews && isLive);
          if (wasRenewed) endMs = Math.max(endMs, nowMs - agoMs + 100);
          isLive &&= nowMs < endMs;
          expect(lease.isLive()).toBe(isLive);
        }
      }),
    );
  });
});
