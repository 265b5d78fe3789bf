import { Trace } from '../trace/trace.js';
import { EventQueue, type QueuedEvent } from './event-queue.js';
import { drainAfterEach } from './drain.js';
import { FaultLog } from './fault-log.js';
import { type Life, Process, type Program } from './process.js';
import type { Tape } from './tape.js';

/** An invariant did not hold. `invariant` is the oracle's id; `subject` is the one thing that it is about (an operation, a file). */
export interface Violation {
  readonly invariant: string;
  readonly subject: string;
  readonly message: string;
}

/** Why a run ended. `events` and `time` mean that a limit cut it. */
export type RunEnd = 'idle' | 'violation' | 'events' | 'time';

/**
 * The virtual world of one run: clock, event queue, tape, trace, and what has been counted. Integer milliseconds; one event at a
 * time; after each, every promise reaction runs to its end before the next.
 */
export class Simulation {
  readonly tape: Tape;
  readonly trace: Trace;
  readonly faults = new FaultLog();
  readonly #checks = new Map<string, number>();
  readonly #sometimes = new Map<string, number>();
  readonly #queue = new EventQueue();
  readonly #quiescence: (() => void)[] = [];
  #nowMs = 0;
  #scheduled = 0;
  #eventCount = 0;
  #violation: Violation | undefined;

  constructor(tape: Tape, options: { readonly record: boolean } = { record: false }) {
    this.tape = tape;
    this.trace = new Trace(options);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get eventCount(): number {
    return this.#eventCount;
  }

  /** The first violation, which ends the run. */
  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** Runs `action` `delayMs` from now, unless `life` has ended by then. Equal times run in order of scheduling. */
  schedule(delayMs: number, action: () => void, life?: Life): QueuedEvent {
    const guarded = life === undefined ? action : () => (life.alive ? action() : undefined);
    const event = { atMs: this.#nowMs + delayMs, order: this.#scheduled, action: guarded, cancelled: false };
    this.#scheduled += 1;
    this.#queue.push(event);
    return event;
  }

  process(name: string, program: Program, onCrash: (life: Life) => void = () => {}): Process {
    return new Process(this, name, program, onCrash);
  }

  /** Ends the run with a violation. Only the first counts. */
  fail(violation: Violation): void {
    if (this.#violation !== undefined) return;
    this.#violation = violation;
    this.trace.emit({
      kind: 'violation',
      node: 'sea',
      invariant: violation.invariant,
      subject: violation.subject,
    });
  }

  /** An error that nothing caught in a process's program. */
  uncaught(node: string, error: unknown): void {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
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

  /** Runs until nothing is left, a violation, or a limit. */
  async run(limits: { readonly events: number; readonly timeMs: number }): Promise<RunEnd> {
    let end: RunEnd = 'idle';
    await drainAfterEach(() => {
      if (this.#violation !== undefined) {
        end = 'violation';
        return false;
      }
      let event = this.#queue.pop();
      while (event?.cancelled === true) event = this.#queue.pop();
      if (event === undefined) return false;
      if (event.atMs > limits.timeMs) {
        end = 'time';
        return false;
      }
      if (this.#eventCount >= limits.events) {
        end = 'events';
        return false;
      }
      this.#nowMs = event.atMs;
      this.trace.atMs = event.atMs;
      this.#eventCount += 1;
      this.tape.beginFrame();
      event.action();
      return true;
    });
    if (this.#violation === undefined && end === 'idle') {
      for (const judge of this.#quiescence) {
        judge();
        if (this.#violation !== undefined) break;
      }
    }
    return this.#violation === undefined ? end : 'violation';
  }

  /** See {@link Trace.fingerprint}. */
  fingerprint(): string {
    return this.trace.fingerprint(this.tape.mix, this.tape.drawCount);
  }
}
