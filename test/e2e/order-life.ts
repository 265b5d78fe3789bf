import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Client } from './order-client.js';
import { fateOf, type Ledger, settleMsOf } from './order-ledger.js';
import type { Answer, FromChild, Request, Stage, ToChild } from './order-messages.js';

/** What a life waits for before it is killed, so many milliseconds later. */
export interface Aim {
  readonly at: 'start' | 'opening' | 'request' | 'snapshot begun' | 'closing';
  /** At the so-manyth one. */
  readonly count: number;
  readonly delayMs: number;
}

/** Where a kill was seen to have fallen, by what the child had said until then. */
export type Moment =
  'before opening' | 'recovering' | 'running' | 'effect in flight' | 'snapshotting' | 'closing';

/** What one life of the child has come to. */
export type LifeEnd =
  { readonly kind: 'killed'; readonly moments: readonly Moment[] } | { readonly kind: 'closed' };

/** A life that takes longer is stuck, and is ended by a SIGTERM, which the test does not accept. */
const lifeMsMax = 30_000;

/** A request that has left the child, and how far it has come. */
interface Pending {
  readonly request: Request;
  applied: boolean;
}

/**
 * One life of the child: forked, given work, answered by the ledger, and killed at its aim, or told to close when that is undefined and
 * all is done.
 */
export class OrderLife {
  readonly #child: ChildProcess;
  readonly #ledger: Ledger;
  readonly #client: Client;
  readonly #aim: Aim | undefined;
  readonly #random: () => number;
  readonly #seen = new Map<Stage | 'request', number>();
  readonly #pending = new Map<number, Pending>();

  constructor(
    childOf: { readonly script: string; readonly folder: string },
    world: { readonly ledger: Ledger; readonly client: Client; readonly random: () => number },
    aim: Aim | undefined,
  ) {
    this.#ledger = world.ledger;
    this.#client = world.client;
    this.#random = world.random;
    this.#aim = aim;
    this.#child = fork(childOf.script, [childOf.folder]);
    this.#child.on('message', (message: FromChild) => this.#hear(message));
    if (aim?.at === 'start') this.#killAfter(aim.delayMs);
  }

  /** When the process has gone, and so has everything that it had sent. */
  async ended(): Promise<LifeEnd> {
    const stuck = setTimeout(() => this.#child.kill('SIGTERM'), lifeMsMax);
    const [[code, signal]] = await Promise.all([once(this.#child, 'exit'), once(this.#child, 'disconnect')]);
    clearTimeout(stuck);
    const moments = this.#moments();
    this.#settle();
    if (signal === 'SIGKILL') return { kind: 'killed', moments };
    if (code !== 0)
      throw new Error(
        `${code ?? signal} ended a child that was to be killed at ${JSON.stringify(this.#aim)}`,
      );
    return { kind: 'closed' };
  }

  #hear(message: FromChild): void {
    const client = this.#client;
    switch (message.kind) {
      case 'stage':
        this.#reached(message.stage);
        if (message.stage === 'open') this.#giveWork();
        return;
      case 'request':
        this.#reached('request');
        void this.#serve(message.id, message.request);
        return;
      case 'accepted':
        client.accepted.add(message.order);
        return;
      case 'approval recorded':
        client.approvalRecorded.add(message.order);
        return;
      case 'ended':
        client.isToldOf(message.order, message.value);
        if (client.isIdle) this.#idle();
    }
  }

  /** What was acknowledged is not asked for again: it has to be there. */
  #giveWork(): void {
    const { submitted, accepted, ends } = this.#client;
    for (const order of submitted) {
      if (ends.has(order)) continue;
      if (accepted.has(order)) this.#say({ kind: 'wait', order });
      else this.#say({ kind: 'submit', order, settleMs: settleMsOf(order) });
      this.#approve(order);
    }
    if (this.#client.isIdle) this.#idle();
  }

  #approve(order: string): void {
    const token = this.#ledger.tokens.get(order);
    if (token === undefined || this.#client.approvalRecorded.has(order)) return;
    this.#client.approves(order);
    this.#say({ kind: 'approve', order, token, answer: fateOf(order) !== 'not approved' });
  }

  async #serve(id: number, request: Request): Promise<void> {
    const pending: Pending = { request, applied: false };
    this.#pending.set(id, pending);
    await this.#pause();
    if (this.#pending.get(id) !== pending) return;
    const answer = this.#apply(pending);
    await this.#pause();
    if (!this.#pending.delete(id)) return;
    this.#say({ kind: 'answer', id, answer });
    if (request.provider === 'human') this.#approve(request.order);
  }

  #apply(pending: Pending): Answer {
    pending.applied = true;
    return this.#ledger.answer(pending.request);
  }

  /** What a dead child had sent either arrives or is lost, before anybody asks. */
  #settle(): void {
    const left = [...this.#pending.values()].filter(({ applied }) => !applied);
    this.#pending.clear();
    for (const pending of left) {
      if (this.#random() < 0.5) this.#apply(pending);
    }
  }

  #reached(stage: Stage | 'request'): void {
    const count = (this.#seen.get(stage) ?? 0) + 1;
    this.#seen.set(stage, count);
    const aim = this.#aim;
    if (aim === undefined) return;
    if (aim.at === 'closing' && stage === 'request' && count === aim.count) this.#say({ kind: 'close' });
    const isAimed = aim.at === stage && (aim.at === 'closing' || count === aim.count);
    if (isAimed) this.#killAfter(aim.delayMs);
  }

  /** There is nothing left to do: a life that has missed its aim ends here. */
  #idle(): void {
    if (this.#aim === undefined || this.#aim.at === 'closing') this.#say({ kind: 'close' });
    else this.#killAfter(0);
  }

  #killAfter(delayMs: number): void {
    setTimeout(() => this.#child.kill('SIGKILL'), delayMs);
  }

  #say(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, this.#random() * 4);
    });
  }

  #moments(): readonly Moment[] {
    const seen = (stage: Stage): number => this.#seen.get(stage) ?? 0;
    if (seen('opening') === 0) return ['before opening'];
    if (seen('open') === 0) return ['recovering'];
    const moments: Moment[] = [seen('closing') > 0 ? 'closing' : 'running'];
    if (this.#pending.size > 0) moments.push('effect in flight');
    if (seen('snapshot begun') > seen('snapshot done')) moments.push('snapshotting');
    return moments;
  }
}
