import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aboutSubject } from '../../../sim/campaign/about-subject.js';
import { causalChain, type CausalLink, linksMax } from '../../../sim/campaign/causal-chain.js';
import { eventWords } from '../../../sim/campaign/event-words.js';
import type { RecordedChoice } from '../../../sim/kernel/tape.js';
import { sail, type Verdict } from '../../../sim/kernel/voyage.js';
import type { TraceEvent } from '../../../sim/trace/event.js';
import { scenarios } from '../../../scenarios/index.js';
import { leaky } from './fixtures/scenarios.js';

const violation = { invariant: 'acked-durable', subject: 'op-1', message: 'it is gone' };

/** A failing run of these events, each a millisecond after the one before. */
async function failing(
  events: readonly TraceEvent[],
  choices: readonly RecordedChoice[] = [],
): Promise<Verdict> {
  const calm = await sail(leaky, { choices: [] }, { record: true });
  const all = [...events, { kind: 'violation', node: 'sea', invariant: 'acked-durable', subject: 'op-1' }];
  const trace = all.map((event, index) => ({ index, atMs: index, event }));
  return { ...calm, violation, trace, choices };
}

function choice(label: string, event: number, frame: number): RecordedChoice {
  return { label, occurrence: 0, value: 1, frame, position: event, atMs: event, event };
}

function disk(kind: string, path: string, result = 'ok'): TraceEvent {
  return { kind: `disk.${kind}`, node: 'node-1', path, offset: 0, length: 512, result };
}

function linkOf(links: readonly CausalLink[], kind: string): CausalLink | undefined {
  return links.find(({ event }) => event.event.kind === kind);
}

describe('a causal chain', () => {
  test('names the write that was not synced, the crash that took it, and what recovery read', async () => {
    const noise = Array.from({ length: 200 }, (): TraceEvent => ({
      kind: 'disk.list',
      node: 'node-2',
      path: 'log',
    }));
    const { links } = causalChain(
      await failing(
        [
          { kind: 'process.started', node: 'node-1', incarnation: 1 },
          disk('writeAt', 'log/1'),
          disk('sync', 'log/1'),
          disk('writeAt', 'log/2'),
          { kind: 'client.told', node: 'client-1', operation: 'op-1', level: 'finalized', outcome: '' },
          ...noise,
          { kind: 'process.crashed', node: 'node-1', incarnation: 1, cause: 'power' },
          { kind: 'disk.crashed', node: 'node-1', crash: 'power' },
          { kind: 'log.recovered', node: 'node-1', snapshotLsn: 0, lastLsn: 3 },
          { kind: 'node.ready', node: 'node-1', lastLsn: 3 },
        ],
        [choice('crash.moment', 0, 0)],
      ),
    );
    const words = links.map((link) => link.words);
    expect(words).toContain('Before anything happens, the tape chooses crash.moment#0 = 1.');
    expect(words).toContain('node-1 writes 512 bytes to log/2 at 0.');
    expect(words).toContain('client-1 is told that op-1 is at finalized, with outcome nothing.');
    expect(words).toContain('node-1 crashes at the end of life 1 (power).');
    expect(words).toContain('node-1 recovers its log: up to record 3, from a snapshot of 0.');
    expect(words.at(-1)).toBe('acked-durable does not hold for op-1: it is gone.');
    const crash = linkOf(links, 'process.crashed');
    expect(links[crash?.cause ?? -1]?.choice?.label).toBe('crash.moment');
    expect(linkOf(links, 'log.recovered')?.relation).toBe('disk');
    expect(links[linkOf(links, 'log.recovered')?.cause ?? -1]?.event.event.kind).toBe('disk.crashed');
  });

  test('joins two machines by the message from one to the other', async () => {
    const verdict = await failing([
      { kind: 'worker.acts', node: 'worker-1', session: 'session-7', generation: 0, act: 'op-1' },
      { kind: 'network.sent', node: 'worker-1', to: 'store', message: 3, bytes: 9 },
      { kind: 'network.sent', node: 'worker-2', to: 'store', message: 4, bytes: 9 },
      { kind: 'network.delivered', node: 'store', from: 'worker-2', message: 4, bytes: 9 },
      { kind: 'network.delivered', node: 'store', from: 'worker-1', message: 3, bytes: 9 },
      { kind: 'store.effect', node: 'store', key: 'op-1', session: 'session-7', generation: 0 },
    ]);
    const trace = verdict.trace.map((event) => ({ ...event, atMs: event.index < 4 ? event.index : 4 }));
    const { links } = causalChain({ ...verdict, trace });
    const delivered = links.findIndex(({ event }) => event.index === 4);
    expect(links[delivered]).toMatchObject({
      relation: 'message',
      words: 'Message 3 of worker-1 reaches store.',
    });
    expect(links[links[delivered]?.cause ?? -1]?.event.index).toBe(1);
    expect(links[linkOf(links, 'store.effect')?.cause ?? -1]?.event.index).toBe(4);
  });

  test('shows a fault where it strikes, with the choice of it', async () => {
    const events = [
      disk('writeAt', 'log/1'),
      { kind: 'disk.fault', node: 'node-1', fault: 'disk.torn', path: '' },
    ];
    const verdict = await failing(events, [{ ...choice('disk.torn.count', 0, 3), atMs: 0 }]);
    const trace = verdict.trace.map((event) => ({ ...event, atMs: 0 }));
    const { links } = causalChain({ ...verdict, trace });
    expect(linkOf(links, 'disk.fault')).toMatchObject({
      relation: 'choice',
      choice: { label: 'disk.torn.count' },
    });
  });

  test('is short, in order, free of repetition, and each cause comes before its effect', () => {
    const kinds = [
      'process.crashed',
      'client.acked',
      'disk.writeAt',
      'network.delivered',
      'log.intent',
      'odd.kind',
    ];
    const anyEvent = fc.record({
      kind: fc.constantFrom(...kinds),
      node: fc.constantFrom('node-1', 'node-2'),
      operation: fc.constantFrom('op-1', 'op-2', 'op-10'),
      message: fc.nat(3),
    });
    return fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { maxLength: 60 }),
        fc.array(fc.nat(60)),
        async (events, places) => {
          const choices = places.map((place, index) => choice('crash.kind', place, index));
          const { links } = causalChain(await failing(events, choices));
          expect(links.length).toBeLessThanOrEqual(linksMax);
          expect(links.at(-1)?.relation).toBe('violation');
          expect(links.filter(({ relation }) => relation === 'violation')).toHaveLength(1);
          const indices = links.map(({ event }) => event.index);
          expect(indices).toEqual([...new Set(indices)].toSorted((left, right) => left - right));
          for (const [place, { cause }] of links.entries()) expect(cause ?? -1).toBeLessThan(place);
          expect(links.every(({ words }) => /^\S.*\.$/.test(words))).toBe(true);
        },
      ),
    );
  });

  test('of a run that did not fail has no links', async () => {
    expect(causalChain(await sail(leaky, { choices: [] }, { record: true })).links).toEqual([]);
  });

  test('of a real run ends with its violation, which it tells', async () => {
    const choices = [{ label: 'wave', occurrence: 1, value: 15 }];
    const { links } = causalChain(await sail(leaky, { choices }, { record: true }));
    expect(links.at(-1)?.words).toBe('level does not hold for hull: a wave came over.');
    expect(links.map((link) => link.choice?.label)).toContain('wave');
  });
});

test.each([
  ['op-1', { kind: 'a', node: 'n', operation: 'op-1' }, 1],
  ['op-1', { kind: 'a', node: 'n', operation: 'op-10' }, 0],
  ['op-1/pay#0', { kind: 'a', node: 'n', operation: 'op-1', step: 'pay#0' }, 1],
  ['op-1/pay#0', { kind: 'a', node: 'n', operation: 'op-1' }, 0.5],
  ['op-1/pay#0', { kind: 'a', node: 'n', operation: 'op-2', step: 'pay#0' }, 0],
  ['op-1', { kind: 'a', node: 'n', request: 'submit-op-1-7' }, 1],
  ['lsn 7', { kind: 'a', node: 'n', lsn: 7 }, 1],
  ['lsn 7', { kind: 'a', node: 'n', lsn: 8 }, 0],
  ['protocol session 3', { kind: 'log.protocol-sent', node: 'n', sid: 3 }, 1],
  ['protocol session 3', { kind: 'log.flushed', node: 'n', lsn: 3 }, 0],
  ['node', { kind: 'a', node: 'node' }, 0.3],
])('of "%s", %j is %d', (subject, event, share) => {
  expect(aboutSubject(subject)(event)).toBe(share);
});

test('what has no sentence of its own is told by its fields', () => {
  expect(eventWords({ kind: 'odd.thing-seen', node: 'n', size: 3 })).toBe('n: odd thing seen (size 3).');
});

test.each([
  'everything',
  'ambiguous-charge',
  'session-traffic',
  'barrier-under-retention',
  'log-rotting-disk',
])('each sentence names only fields that its events have: %s', async (name) => {
  const scenario = scenarios.find((known) => known.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  const { trace } = await sail(scenario, { seed: 3 }, { record: true });
  expect(trace.length).toBeGreaterThan(100);
  for (const { event } of trace) expect(eventWords(event)).not.toMatch(/\(no \w+\)/);
});
