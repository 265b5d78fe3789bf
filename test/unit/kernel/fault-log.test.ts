import { expect, test } from 'vitest';
import { Coverage } from '../../../sim/kernel/coverage.js';
import { FaultLog } from '../../../sim/kernel/fault-log.js';

test('a fault that fires and never bites can be told from one that does, and from one that never fired', () => {
  const log = new FaultLog(new Coverage());
  log.fired('disk.torn');
  log.fired('disk.torn');
  log.effective('disk.torn');
  log.fired('disk.lost');
  expect([...log.counts()]).toEqual([
    ['disk.torn', { fired: 2, effective: 1 }],
    ['disk.lost', { fired: 1, effective: 0 }],
  ]);
  expect(log.counts().get('disk.stall')).toBeUndefined();
});
