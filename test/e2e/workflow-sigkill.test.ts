import { fork } from 'node:child_process';
import { once } from 'node:events';
import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { bundledChild } from './bundled-child.js';

const kills = 40;
const orders = 150;
const bundled = bundledChild('workflow-sigkill');

/** The outside world, in a process of its own: what was done for each order, in order, and which keys it has seen. */
class Ledger {
  readonly done = new Map<string, string[]>();
  readonly #seen = new Map<string, string>();
  /** Of the orders that a human was asked about: any token that is good. */
  readonly tokens = new Map<string, string>();

  /** Every fifth order is declined. A key that was seen gets the answer that it got. */
  apply(effect: string, key: string): string {
    const [order = '', name = '', token = ''] = effect.split('/');
    if (name === 'ask') this.tokens.set(order, token);
    if (name === 'charge') this.tokens.delete(order);
    const before = this.#seen.get(key);
    if (before !== undefined) return before;
    const answer = name === 'charge' && Number(order.slice('order-'.length)) % 5 === 4 ? 'no' : 'done';
    this.#seen.set(key, answer);
    if (answer === 'done') this.done.set(order, [...(this.done.get(order) ?? []), name]);
    return answer;
  }
}

interface Asked {
  readonly ask?: number;
  readonly effect?: string;
  readonly key?: string;
  readonly ends?: readonly unknown[];
}

/** One life of the child. Killed `delayMs` after its `asksBefore`-th request, unless it has ended by then. */
async function live(
  ledger: Ledger,
  asksBefore: number,
  delayMs: number,
): Promise<readonly unknown[] | undefined> {
  const child = fork(bundled.script, [bundled.folder, `${orders}`]);
  const exited = once(child, 'exit');
  let ends: readonly unknown[] | undefined;
  let asks = 0;
  child.on('message', (message: Asked) => {
    ends = message.ends ?? ends;
    const { ask, effect = '', key = '' } = message;
    if (ask === undefined) return;
    asks += 1;
    if (asks === asksBefore) setTimeout(() => child.kill('SIGKILL'), delayMs);
    child.send({ ask, answer: ledger.apply(effect, key) }, () => {});
    const [order = '', name = ''] = effect.split('/');
    // The human answers each time that anybody shows up with the question, and when the order is seen again in a later life.
    if (name === 'ask' || name === 'reserve') resolveLater(order);
  });
  const resolveLater = (order: string): void => {
    const token = ledger.tokens.get(order);
    if (token !== undefined)
      setTimeout(() => child.connected && child.send({ order, answer: token }, () => {}), 2);
  };
  const again = setInterval(() => {
    for (const order of ledger.tokens.keys()) resolveLater(order);
  }, 50);
  const [code, signal] = await exited;
  clearInterval(again);
  expect(code === 0 || signal === 'SIGKILL').toBe(true);
  return ends;
}

test(`orders are whole and every effect is there once, after ${kills} kills at random moments`, async () => {
  const random = seedrandom('workflow-sigkill');
  const ledger = new Ledger();
  let killed = 0;
  let ends: readonly unknown[] | undefined;
  while (killed < kills && ends === undefined) {
    ends = await live(ledger, 1 + Math.floor(random() * 4), random() * 6);
    if (ends === undefined) killed += 1;
  }
  expect(killed).toBe(kills);
  while (ends === undefined) ends = await live(ledger, Number.POSITIVE_INFINITY, 0);
  const whole = Array.from({ length: orders }, (_, index) => (index % 5 === 4 ? 'released' : 'shipped'));
  expect(ends).toEqual(whole);
  for (const [index, end] of whole.entries()) {
    const deeds = end === 'shipped' ? ['reserve', 'ask', 'charge', 'ship'] : ['reserve', 'ask', 'release'];
    expect(ledger.done.get(`order-${index}`)).toEqual(deeds);
  }
}, 280_000);
