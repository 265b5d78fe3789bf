import { expect, test } from 'vitest';
import type { Clock } from '../../../src/runtime/clock.js';
import { lineProbe } from '../../../src/runtime/node/line-probe.js';

const clock: Clock = { wallMs: () => 7, monotonicMs: () => 0, sleep: () => Promise.resolve() };

test('a line probe writes events, changes of state and broken assertions, one line of JSON each', () => {
  const lines: string[] = [];
  const probe = lineProbe(clock, (line) => lines.push(line));
  probe.event('log.flushed', { lsn: 3 });
  probe.label('log', 'idle');
  probe.label('log', 'idle');
  probe.label('log', 'flushing');
  probe.always(true, 'fine');
  probe.always(false, 'broken', { lsn: 4 });
  probe.always(false, 'broken too');
  probe.sometimes(true, 'luck');
  probe.reachable('there');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { at: 7, kind: 'log.flushed', lsn: 3 },
    { at: 7, kind: 'label', subsystem: 'log', state: 'idle' },
    { at: 7, kind: 'label', subsystem: 'log', state: 'flushing' },
    { at: 7, kind: 'violation', name: 'broken', lsn: 4 },
    { at: 7, kind: 'violation', name: 'broken too' },
  ]);
});
