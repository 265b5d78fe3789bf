import type { TraceEvent } from '../trace/event.js';
import { Trace } from '../trace/trace.js';
import { Containment } from './containment.js';
import type { CrashWatch } from './crash-watch.js';
import { Coverage } from './coverage.js';
import { chooseDrain, type Drain } from './drain.js';
import { EventQueue, ScheduledEvent } from './event-queue.js';
import { FaultLog } from './fault-log.js';
import { type Order, takeNext } from './order.js';
import { type Life, Process, type Program } from './process.js';
import { installSeal } from './seal.js';
import type { Sighting } from './sighting.js';
import type { Tape } from './tape.js';

/** An invariant did not hold. `invariant` is the oracle's id; `subject` is the one thing that it is about (an operation, a file). */
export interface Violation {
  readonly invariant: string;
  readonly subject: string;
  readonly message: string;
  /** Where in the code, for people. Never hashed nor compared: it differs between builds. */
  readonly stack?: string;
}

/** Why a run ended. `events` and `time` mean that a limit cut it, `watch` that the {@link CrashWatch} had seen enough. */
export type RunEnd = 'idle' | 'violation' | 'events' | 'time' | 'watch';

/** A run is cut after so many events, or at this virtual time. */
export interface RunLimits {
  readonly events: number;
  readonly timeMs: number;
}

/** More events than these at one and the same time are a process that goes round in circles: time would never go on. */
const eventsAtOnceMax = 20_000;

/** The latest virtual time: about a thousand years. */
export const timeMaxMs = 2 ** 45;

/** An event was scheduled at no time: the delay must be a whole number of milliseconds, 0 or more, and end by {@link timeMaxMs}. */
export class DelayInvalid extends Error {
  readonly code = 'DELAY_INVALID';
  override readonly name = 'DelayInvalid';
  readonly delayMs: number;
  constructor(delayMs: number) {
    super(`a delay of ${delayMs} ms: want whole milliseconds from 0, ending by 2^45`);
    this.delayMs = delayMs;
  }
}

/**
 * The virtual world of one run: clock, event queue, tape, trace, and what has been counted. Integer milliseconds; one event at a
 * time; after each, every promise reaction runs to its end before the next.
 */
export class Simulation {
  readonly tape: Tape;
  readonly trace: Trace;
  readonly crashWatch: CrashWatch | undefined;
  readonly coverage = new Coverage();
  readonly faults = new FaultLog(this.coverage);
  readonly #checks = new Map<string, number>();
  readonly #sometimes = new Map<string, number>();
  readonly #queue = new EventQueue();
  readonly #setUps: (() => void)[] = [];
  readonly #quiescence: (() => void)[] = [];
  #order: Order | undefined;
  #nowMs = 0;
  #eventCount = 0;
  /** How many of them were at the present time. */
  #eventsAtOnce = 0;
  #violation: Violation | undefined;
  #sighting: Sighting | undefined;
  #isCut = false;
  /** What the violation is about, when nobody caught it. */
  #uncaught: unknown;
  /** Whose event is on, or came to rest last. */
  #actor: Life | undefined;

  constructor(
    tape: Tape,
    options: { readonly record: boolean; readonly crashWatch?: CrashWatch } = { record: false },
  ) {
    this.tape = tape;
    this.crashWatch = options.crashWatch;
    this.trace = new Trace(options);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get eventCount(): number {
    return this.#eventCount;
  }

  /** How many events are still to happen. */
  get pendingCount(): number {
    return this.#queue.size;
  }

  /** The first violation, which ends the run. */
  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** Where it was seen. */
  get sighting(): Sighting | undefined {
    return this.#sighting;
  }

  /**
   * Runs `action` `delayMs` from now, unless it is cancelled or `life` has ended by then; later when `life` is paused. Equal times run in
   * order of scheduling.
   *
   * @throws {@link DelayInvalid}
   */
  schedule(delayMs: number, action: () => void, life?: Life): ScheduledEvent {
    const atMs = this.#nowMs + delayMs;
    if (!Number.isInteger(delayMs) || delayMs < 0 || atMs > timeMaxMs) throw new DelayInvalid(delayMs);
    if (life !== undefined) {
      if (!life.alive) return ScheduledEvent.ofTheDead(action, life);
      if (atMs < life.resumesAtMs) {
        life.held();
        return this.#queue.push(life.resumesAtMs, action, life);
      }
    }
    return this.#queue.push(atMs, action, life);
  }

  process(name: string, program: Program, onCrash: (life: Life) => void = () => {}): Process {
    return new Process(this, name, program, onCrash);
  }

  /** Ends the run after the present event, with no judge. For a {@link CrashWatch} that has seen enough. */
  cut(): void {
    this.#isCut = true;
  }

  /** Puts off all that a life has to do by `untilMs`. Called when it is paused. */
  postpone(life: Life, untilMs: number): number {
    return this.#queue.postponeAllOf(life, untilMs);
  }

  /** Drops all that a life still had to do. Called when it ends. */
  forget(life: Life): void {
    this.#queue.removeAllOf(life);
  }

  /** Ends the run with a violation. Only the first counts. `fact` is what showed it. */
  fail(violation: Violation, fact?: TraceEvent): void {
    if (this.#violation !== undefined) return;
    this.#violation = violation;
    const node = this.#actor?.process.name ?? fact?.node ?? '';
    this.#sighting = { node, fact: fact?.kind ?? '', states: this.coverage.standing(node) };
    this.trace.emit({
      kind: 'violation',
      node: 'sea',
      invariant: violation.invariant,
      subject: violation.subject,
    });
  }

  /** An error that nothing caught in a process's program. */
  uncaught(node: string, error: unknown): void {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : describe(error);
    if (this.#violation === undefined) this.#uncaught = error;
    this.fail({ invariant: 'nothing-uncaught', subject: node, message });
  }

  /** Counts one check of an invariant. */
  checked(invariant: string): void {
    this.#checks.set(invariant, (this.#checks.get(invariant) ?? 0) + 1);
  }

  /** Counts that something that should happen in some run happened in this one (`holds`), or could have. */
  sometimes(name: string, holds: boolean): void {
    this.#sometimes.set(name, (this.#sometimes.get(name) ?? 0) + (holds ? 1 : 0));
  }

  /** Events at one time happen in this order from now on, not in order of scheduling. */
  follow(order: Order): void {
    this.#order = order;
  }

  /** See {@link Order.share}. */
  get orderShare(): number | undefined {
    return this.#order?.share;
  }

  /** Runs before the first event, under the same rules as events. */
  atStart(setUp: () => void): void {
    this.#setUps.push(setUp);
  }

  /** Runs when nothing is left to happen, in order of registration. */
  atQuiescence(judge: () => void): void {
    this.#quiescence.push(judge);
  }

  get checks(): ReadonlyMap<string, number> {
    return this.#checks;
  }

  get sometimesCounts(): ReadonlyMap<string, number> {
    return this.#sometimes;
  }

  /**
   * Runs until nothing is left, a violation, or a limit; from a limit it can be run on, with a higher one. What code under test leaves uncaught is a violation of
   * `nothing-uncaught`; what it takes from outside the run, of `nothing-ambient`.
   *
   * @param drain - The same results come with any; see {@link chooseDrain} for the one used by default.
   * @throws Whatever a set-up or a judge throws: they are the harness's own.
   */
  async run(limits: RunLimits, drain?: Drain): Promise<RunEnd> {
    installSeal();
    const drainEach = drain ?? (await chooseDrain());
    const containment = new Containment({
      onLeak: ({ api, message, stack }) =>
        this.fail({ invariant: 'nothing-ambient', subject: api, message, stack: stack ?? message }),
      onStray: (error) => this.#strayed(error),
    });
    let end: RunEnd | undefined;
    let broken: { readonly error: unknown } | undefined;
    const step = (): boolean => {
      try {
        end = this.#advance(limits);
        return end === undefined;
      } catch (error) {
        broken = { error };
        return false;
      }
    };
    await drainEach({ enter: () => containment.close(), step, leave: () => containment.open() });
    this.checked('nothing-ambient');
    this.checked('nothing-uncaught');
    if (broken !== undefined && this.#violation === undefined) throw broken.error;
    this.#addStack();
    return this.#violation === undefined ? (end ?? 'idle') : 'violation';
  }

  /** Not before the run is over: Node.js looks at its working folder when it maps a stack to sources, and that is sealed in a run. */
  #addStack(): void {
    const stack = this.#uncaught instanceof Error ? this.#uncaught.stack : undefined;
    this.#uncaught = undefined;
    if (this.#violation !== undefined && stack !== undefined) this.#violation = { ...this.#violation, stack };
  }

  /** See {@link Trace.fingerprint}. */
  fingerprint(): string {
    return this.trace.fingerprint(this.tape.mix, this.tape.drawCount);
  }

  /** One step of a run: set-ups first, then event by event, then the judges. Tells how the run ended, when it did. */
  #advance(limits: RunLimits): RunEnd | undefined {
    if (this.#setUps.length > 0) {
      for (const setUp of this.#setUps.splice(0)) setUp();
      return undefined;
    }
    if (this.#violation !== undefined) return 'violation';
    if (this.#isCut) return 'watch';
    const atMs = this.#queue.nextAtMs;
    if (atMs === Infinity) return this.#judge();
    if (atMs > limits.timeMs) return 'time';
    if (this.#eventCount >= limits.events) return 'events';
    this.#happen(atMs);
    return undefined;
  }

  #happen(atMs: number): void {
    const event = this.#order === undefined ? this.#queue.pop() : takeNext(this.#queue, this.#order, atMs);
    if (event === undefined) return;
    this.#eventsAtOnce = atMs === this.#nowMs ? this.#eventsAtOnce + 1 : 0;
    this.#nowMs = atMs;
    this.trace.atMs = atMs;
    this.#eventCount += 1;
    this.#actor = event.life;
    if (this.#eventsAtOnce > eventsAtOnceMax) this.#standStill();
    this.tape.beginFrame(atMs, this.trace.count);
    try {
      event.action();
    } catch (error) {
      this.#strayed(error);
    }
  }

  #standStill(): void {
    const subject = this.#actor?.process.name ?? 'sea';
    const message = `time stands still at ${this.#nowMs}: more than ${eventsAtOnceMax} events, and no end to it`;
    this.fail({ invariant: 'converges', subject, message });
  }

  #judge(): RunEnd {
    this.#actor = undefined;
    for (const judge of this.#quiescence) {
      judge();
      if (this.#violation !== undefined) return 'violation';
    }
    return 'idle';
  }

  /** Each event comes to rest before the next, so what strays now belongs to whoever acted last; and the dead may err. */
  #strayed(error: unknown): void {
    if (this.#actor?.alive === false) return;
    this.uncaught(this.#actor?.process.name ?? 'sea', error);
  }
}

function describe(error: unknown): string {
  return typeof error === 'string' ? error : `a thrown ${error === null ? 'null' : typeof error}`;
}
