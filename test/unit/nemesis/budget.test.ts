import { expect, test } from 'vitest';
import { fleetStorm } from '../../../scenarios/fleet-storm.js';
import type { Storm } from '../../../sim/cluster/fleet.js';
import { fleetBudget, isLost, oneMachineBudget } from '../../../sim/nemesis/budget.js';

test('one machine is lost when its disk is damaged, or when it fails to start again and again', () => {
  expect(isLost(oneMachineBudget, { damaged: false, failed: 39 })).toBe(false);
  expect(isLost(oneMachineBudget, { damaged: false, failed: 40 })).toBe(true);
  expect(isLost(oneMachineBudget, { damaged: true, failed: 0 })).toBe(true);
});

test('a machine of a fleet tries for as long as it takes', () => {
  expect(isLost(fleetBudget, { damaged: false, failed: 1e6 })).toBe(false);
});

test('no disk of a fleet takes what was synced: that is no storm', () => {
  // @ts-expect-error -- there is no second copy of what rots
  const rot: Storm = { ...fleetStorm, diskFaults: ['disk.bit-rot'] };
  expect(fleetStorm.diskFaults).not.toContain(rot.diskFaults[0]);
});
