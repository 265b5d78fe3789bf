import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { bundledChild } from './bundled-child.js';
import { Client } from './order-client.js';
import { deedsOf, fateOf, Ledger, settleMsOf, valueOf } from './order-ledger.js';
import { type Aim, type Moment, OrderLife } from './order-life.js';

const kills = 200;
/** So many orders are under way when a life begins. */
const ordersAtOnce = 8;
const bundled = bundledChild('workflow-sigkill');

/** Where kills have to be seen to fall. How often, is for the machine to say: usually dozens of times each. */
const momentsWanted: readonly Moment[] = [
  'before opening',
  'recovering',
  'running',
  'effect in flight',
  'snapshotting',
  'closing',
];

/** Aims at each stage of a life alike: killed after so many milliseconds alone, most would meet Node.js starting. */
function drawAim(random: () => number): Aim {
  const below = (bound: number): number => Math.floor(random() * bound);
  const aims: readonly Aim[] = [
    { at: 'start', count: 1, delayMs: random() * 150 },
    { at: 'opening', count: 1, delayMs: random() * 25 },
    { at: 'request', count: 1 + below(4), delayMs: random() * 8 },
    { at: 'request', count: 1 + below(40), delayMs: random() * 8 },
    { at: 'snapshot begun', count: 1, delayMs: random() * 6 },
    { at: 'closing', count: 1 + below(30), delayMs: random() * 8 },
  ];
  return aims[below(aims.length)] ?? { at: 'start', count: 1, delayMs: 0 };
}

test(`orders are whole and every effect is there once, after ${kills} kills at random moments`, async () => {
  const draw = seedrandom('workflow-sigkill');
  const random = (): number => draw();
  const ledger = new Ledger();
  const client = new Client();
  const fallen = new Map<Moment, number>();
  let killed = 0;
  while (killed < kills) {
    client.orderUpTo(ordersAtOnce);
    const end = await new OrderLife(bundled, { ledger, client, random }, drawAim(random)).ended();
    if (end.kind === 'closed') continue;
    killed += 1;
    for (const moment of end.moments) fallen.set(moment, (fallen.get(moment) ?? 0) + 1);
  }
  const last = await new OrderLife(bundled, { ledger, client, random }, undefined).ended();
  expect(last.kind).toBe('closed');

  for (const order of client.submitted) {
    const fate = fateOf(order);
    expect({ order, deeds: ledger.done.get(order), value: client.ends.get(order) }).toEqual({
      order,
      deeds: deedsOf[fate],
      value: valueOf[fate],
    });
  }
  for (const [order, chargedAtMs] of ledger.chargedAtMs) {
    const waitedMs = chargedAtMs - (client.approvedAtMs.get(order) ?? Number.NaN);
    expect([order, waitedMs >= settleMsOf(order)]).toEqual([order, true]);
  }
  // Otherwise nothing of the above was hard: kills fell everywhere, and left effects in doubt that were done, and some that were not.
  expect([...fallen.keys()]).toEqual(expect.arrayContaining([...momentsWanted]));
  for (const [doubt, times] of Object.entries(ledger.doubts)) expect([doubt, times]).not.toEqual([doubt, 0]);
}, 280_000);
