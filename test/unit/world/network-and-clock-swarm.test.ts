import { expect, test } from 'vitest';
import { Tape } from '../../../sim/kernel/tape.js';
import { drawClockFaults } from '../../../sim/nemesis/clock-swarm.js';
import { drawNetworkFaults } from '../../../sim/nemesis/network-swarm.js';
import { clockFaultKinds } from '../../../sim/world/clock-faults.js';
import { networkFaultKinds } from '../../../sim/world/network/network-faults.js';

const swarms = [
  ['network', networkFaultKinds, (tape: Tape) => drawNetworkFaults(tape, networkFaultKinds)],
  ['clock', clockFaultKinds, (tape: Tape) => drawClockFaults(tape, clockFaultKinds)],
] as const;

test.each(swarms)('%s: on a calm day nothing is on', (_, __, drawFaults) => {
  expect(drawFaults(new Tape({ choices: [] }))).toEqual({});
});

test.each(swarms)(
  '%s: over some seeds, each kind is off, on lightly and on heavily',
  (_, kinds, drawFaults) => {
    const seen = new Map<string, Set<string>>(kinds.map((kind) => [kind, new Set()]));
    for (let seed = 1; seed <= 60; seed += 1) {
      const faults = new Map(Object.entries(drawFaults(new Tape({ seed }))));
      for (const kind of kinds) {
        const ratio = faults.get(kind);
        seen.get(kind)?.add(ratio === undefined ? 'off' : `${ratio.numerator}/${ratio.denominator}`);
      }
    }
    for (const strengths of seen.values()) expect(strengths.size).toBe(3);
  },
);

test('only the kinds that were asked for are drawn', () => {
  const tape = new Tape({ seed: 1 });
  drawNetworkFaults(tape, ['network.lost', 'network.clogged']);
  expect(tape.drawCount).toBe(2);
});
