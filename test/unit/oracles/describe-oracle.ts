import { describe, expect, test } from 'vitest';
import type { Oracle } from '../../../sim/kernel/oracle.js';
import type { Fact } from '../../../sim/oracles/facts.js';
import { judge } from './judge.js';

/** What happened, in words, and as facts. */
export type Case = readonly [string, readonly Fact[]];

/** Shows of an oracle that it lets pass what holds, having looked at it, and stops what does not. */
export function describeOracle(
  oracle: () => Oracle<Fact>,
  { holds, broken }: { readonly holds: readonly Case[]; readonly broken: readonly Case[] },
): void {
  const { id } = oracle();
  describe(`the oracle ${id}`, () => {
    test.each(holds)('holds: %s', async (_case, facts) => {
      const { checks, violation } = await judge(oracle(), facts);
      expect(violation).toBeUndefined();
      expect(checks).toBeGreaterThan(0);
    });

    test.each(broken)('is broken by %s', async (_case, facts) => {
      expect((await judge(oracle(), facts)).violation).toBe(id);
    });
  });
}
