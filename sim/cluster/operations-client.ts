import type { Cursors } from '../../src/operations/cursors.js';
import type { OperationSpec } from '../../src/operations/spec.js';
import type { Tape } from '../kernel/tape.js';
import { OperationsCaller } from './operations-caller.js';
import { drawAgain, drawEnd, drawSpec, drawStep, owners, registering } from './operations-requests.js';
import type { OperationsService } from './operations-service.js';
import { pause } from './pause.js';
import { auditAfterStorm, type SingleNode } from './single-node.js';

type Sea = SingleNode<OperationsService>;

/** What a voyage is about: mostly waiting for operations, or mostly reading what has ended. */
export type Focus = 'waits' | 'feed';

/** What the clients of one voyage know of each other. */
export interface Harbour {
  readonly focus: Focus;
  /** Every operation that anybody has registered, the latest last. */
  readonly operations: string[];
  /** Every wait that anybody has begun. */
  readonly waits: { readonly wait: string; readonly members: readonly string[] }[];
  /** How many clients may still end something. */
  busy: number;
}

const recentMax = 6;
/** Between two pages at least: on a benign tape, a reader without pauses would ask again and again at one and the same time, for ever. */
const readerPauseMs = 20;

/** Takes operations through their lives, waits for some, reads what has ended; and leaves nothing open behind it. */
export class OperationsClient {
  readonly #sea: Sea;
  readonly #tape: Tape;
  readonly #harbour: Harbour;
  readonly #caller: OperationsCaller;
  readonly #specs: OperationSpec[] = [];
  /** Whatever waits for something that only comes to an end when everybody has ended his operations. */
  readonly #waiting: Promise<void>[] = [];
  #waits = 0;

  constructor(sea: Sea, name: string, harbour: Harbour) {
    this.#sea = sea;
    this.#tape = sea.simulation.tape;
    this.#harbour = harbour;
    this.#caller = new OperationsCaller(sea, name);
  }

  async run(): Promise<void> {
    this.#harbour.busy += 1;
    const reading = this.#isFeed || this.#tape.chance('workload.reads', 1, 3) ? this.#read() : undefined;
    await this.#work();
    for (const { operationId } of this.#specs) await this.#finish(operationId);
    this.#harbour.busy -= 1;
    await Promise.all(this.#waiting);
    await reading;
    await this.#caller.list();
    await auditAfterStorm(this.#sea, this.#caller.name);
  }

  get #isFeed(): boolean {
    return this.#harbour.focus === 'feed';
  }

  async #work(): Promise<void> {
    const lives: Promise<void>[] = [];
    const operations = this.#isFeed
      ? this.#tape.between('workload.operations', 3, 8)
      : this.#tape.between('workload.operations', 2, 5);
    for (let index = 0; index < operations; index += 1) {
      await this.#pause('workload.think', 160);
      lives.push(this.#live(drawSpec(this.#tape, `${this.#caller.name}.op-${index}`)));
      if (this.#tape.chance('workload.waits', this.#isFeed ? 1 : 3, 5)) this.#beginWait();
      if (this.#tape.chance('workload.meddles', 2, 3)) await this.#meddle();
    }
    await Promise.all(lives);
  }

  /** One operation, from its registration to its end, or to where somebody else has to end it. */
  async #live(spec: OperationSpec): Promise<void> {
    const { operationId } = spec;
    this.#specs.push(spec);
    this.#harbour.operations.push(operationId);
    await this.#caller.submit(registering(spec));
    if (this.#tape.chance('workload.watch', this.#isFeed ? 1 : 2, 4)) {
      this.#waiting.push(this.#caller.watch(operationId));
    }
    const steps = this.#tape.between('workload.steps', 1, 4);
    for (let step = 0; step < steps; step += 1) {
      await this.#pause('workload.pace', 40);
      await this.#caller.submit(drawStep(this.#tape, operationId, step));
    }
    if (this.#tape.chance('workload.left', 1, 5)) return;
    await this.#pause('workload.pace', 40);
    await this.#caller.submit(drawEnd(this.#tape, operationId));
  }

  /** Whatever became of it, from now on it is not alive. */
  async #finish(operationId: string): Promise<void> {
    await this.#caller.submit({ kind: 'cancel_operation', operationId, reason: 'over' });
  }

  /** Waits for some of what there is, without waiting for that itself. */
  #beginWait(): void {
    const { waits } = this.#harbour;
    const old = waits.at(-1 - this.#tape.draw('workload.old-wait', 3));
    this.#waits += 1;
    const wait = `${this.#caller.name}.wait-${this.#waits}`;
    const given =
      old !== undefined && this.#tape.chance('workload.joins', 1, 6)
        ? old
        : { wait, members: this.#drawMembers() };
    // Under a name that stands for another wait, now and then.
    const named =
      old !== undefined && this.#tape.chance('workload.mistakes', 1, 12)
        ? { ...given, wait: old.wait }
        : given;
    waits.push(named);
    this.#waiting.push(this.#wait(named.wait, named.members));
    if (this.#tape.chance('workload.cancels', 1, 4)) this.#waiting.push(this.#cancelLater(named.wait));
  }

  #drawMembers(): readonly string[] {
    const { operations } = this.#harbour;
    const members: string[] = [];
    const count = this.#tape.draw('workload.members', 5);
    for (let index = 0; index < count; index += 1) {
      const member = this.#drawRecent();
      if (member !== undefined && !members.includes(member)) members.push(member);
    }
    const [first] = operations;
    if (first !== undefined && !members.includes(first) && this.#tape.chance('workload.oldest', 1, 3)) {
      members.push(first);
    }
    const [twice] = members;
    if (twice !== undefined && this.#tape.chance('workload.twice', 1, 10)) members.push(twice);
    if (this.#tape.chance('workload.nobody', 1, 10)) members.push('nobody');
    return members;
  }

  /** Until it is satisfied, refused, or cancelled often enough; takes the answers, and says so. */
  async #wait(wait: string, members: readonly string[]): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) {
      const end = await this.#caller.waitAll(wait, members);
      if (end === undefined || end === 'refused') return;
      if (end === 'cancelled') {
        if (!this.#tape.chance('workload.asks-again', 1, 2)) return;
        continue;
      }
      if (this.#tape.chance('workload.looks-again', 1, 4)) {
        await this.#pause('workload.pace', 40);
        await this.#caller.waitAll(wait, members);
      }
      await this.#caller.submit({ kind: 'acknowledge_wait', requestId: wait });
      return;
    }
  }

  async #cancelLater(wait: string): Promise<void> {
    await this.#pause('workload.cancel-after', 120);
    await this.#caller.submit({ kind: 'cancel_wait', requestId: wait });
  }

  /** Something that has to do with more than one operation, or with that of another. */
  async #meddle(): Promise<void> {
    const operationId = this.#drawAny();
    switch (this.#tape.draw('workload.meddle', 11)) {
      case 0:
        return this.#caller.list();
      case 1:
        return this.#caller.look(operationId);
      case 2:
      case 3: {
        this.#waiting.push(this.#caller.watch(operationId));
        return;
      }
      case 4: {
        await this.#caller.submit(drawEnd(this.#tape, operationId));
        return;
      }
      case 5: {
        await this.#caller.submit(drawStep(this.#tape, operationId, 0));
        return;
      }
      case 6: {
        const again = this.#specs.at(-1 - this.#tape.draw('workload.again-of', this.#specs.length + 1));
        if (again !== undefined) await this.#caller.submit(drawAgain(this.#tape, again));
        return;
      }
      case 7: {
        await this.#caller.submit({ kind: 'collect_completed' });
        return;
      }
      case 8: {
        const ownerSessionId = this.#tape.pick('workload.late-owner', owners);
        await this.#caller.submit({ kind: 'terminate_owner', ownerSessionId, reason: 'over' });
        return;
      }
      case 9: {
        const wait = this.#harbour.waits.at(-1 - this.#tape.draw('workload.old-wait', 3));
        await this.#caller.submit({ kind: 'acknowledge_wait', requestId: wait?.wait ?? 'nothing' });
        return;
      }
      default: {
        const operationIds = this.#specs.slice(-2).map((spec) => spec.operationId);
        if (this.#tape.chance('workload.lost-too', 1, 3)) operationIds.push(operationId);
        await this.#caller.submit({ kind: 'lost_in_restart', operationIds });
      }
    }
  }

  /** Reads the feed to its end, page by page, and moves the cursors, mostly to where it has come. */
  async #read(): Promise<void> {
    const page = { throughSeq: 0, watermark: 0 };
    do {
      const slowMs = this.#tape.draw('workload.slow', this.#isFeed ? 240 : 400);
      await pause(this.#sea.simulation, readerPauseMs + slowMs);
      const limit = this.#tape.between('workload.page', 1, 3);
      Object.assign(page, await this.#caller.feed(page.throughSeq, limit));
      if (this.#tape.chance('workload.advances', 1, 2)) await this.#advance(page.throughSeq);
      if (this.#tape.chance('workload.forgets', 1, 8)) {
        page.throughSeq = (await this.#caller.cursors())?.applied ?? page.throughSeq;
      }
    } while ((this.#harbour.busy > 0 || page.throughSeq < page.watermark) && !this.#sea.server.givenUp);
  }

  async #advance(throughSeq: number): Promise<void> {
    const beyond = this.#tape.chance('workload.beyond', 1, 3) ? 1 + this.#tape.draw('workload.far', 3) : 0;
    const seq = throughSeq + beyond;
    const to = this.#tape.pick<Partial<Cursors>>('workload.cursors', [
      { applied: seq },
      { observed: seq },
      { observed: seq, injected: seq },
      { injected: seq },
      { applied: seq, observed: throughSeq, injected: throughSeq },
    ]);
    await this.#caller.advance(to);
  }

  /** One of the latest; undefined when there is none. */
  #drawRecent(): string | undefined {
    return this.#harbour.operations.at(-1 - this.#tape.draw('workload.recent', recentMax));
  }

  /** Any operation that there ever was, or one that never was. */
  #drawAny(): string {
    const { operations } = this.#harbour;
    return operations.at(-1 - this.#tape.draw('workload.any', operations.length + 1)) ?? 'nobody';
  }

  #pause(label: string, boundMs: number): Promise<void> {
    return pause(this.#sea.simulation, this.#tape.draw(label, boundMs));
  }
}
