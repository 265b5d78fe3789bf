import { SleepAborted } from '../../src/runtime/clock.js';
import type { Simulation } from './simulation.js';

/** Where a process is to die: before or after its `call`-th port call (from 1) of one life. */
export interface CrashPoint {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/**
 * One incarnation of a process. Every port that the process holds is bound to a life; when the life ends, its calls in flight are
 * dropped and later ones are never answered, so that no line after an `await` on a port runs again.
 *
 * Code that the same event had already resumed runs on to its next port call. It is powerless: whatever it calls does nothing,
 * and what it throws counts for nothing.
 */
export class Life {
  readonly process: Process;
  /** From 1. */
  readonly incarnation: number;
  readonly crashPoint: CrashPoint | undefined;
  /** Held here too: one step less to memory that is cold when many sleep. */
  readonly #simulation: Simulation;
  #alive = true;
  #portCalls = 0;
  #resumesAtMs = 0;
  #heldEvents = 0;

  constructor(process: Process, incarnation: number, crashPoint: CrashPoint | undefined) {
    this.process = process;
    this.#simulation = process.simulation;
    this.incarnation = incarnation;
    this.crashPoint = crashPoint;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Until when it is paused: nothing of it happens before. In the past, or 0, when it is not. */
  get resumesAtMs(): number {
    return this.#resumesAtMs;
  }

  /** How many events have had to wait for the end of a pause. */
  get heldEvents(): number {
    return this.#heldEvents;
  }

  /** How many port calls this life has made. */
  get portCalls(): number {
    return this.#portCalls;
  }

  /**
   * A port call: `effect` happens `latencyMs` from now, and its result is then told to the caller, if both still live.
   *
   * @param latencyMs - Whole milliseconds, 0 or more.
   */
  call<T>(latencyMs: number, effect: () => T): Promise<T> {
    if (!this.#enter()) return never();
    const dieAfter = this.#diesHere('after');
    return new Promise<T>((resolve, reject) => {
      const happen = (): void => {
        let tell: () => void;
        try {
          const result = effect();
          tell = () => resolve(result);
        } catch (error) {
          tell = () => reject(error);
        }
        if (dieAfter) this.process.crash('crash-point');
        if (this.#alive) tell();
      };
      this.#simulation.schedule(latencyMs, happen, this);
    });
  }

  /** A port call that is answered at once. Undefined from a life that has ended, also when this very call ended it. */
  callNow<T>(effect: () => T): T | undefined {
    if (!this.#enter()) return undefined;
    const dieAfter = this.#diesHere('after');
    try {
      const result = effect();
      return dieAfter ? undefined : result;
    } finally {
      if (dieAfter) this.process.crash('crash-point');
    }
  }

  /**
   * A port call that only waits.
   *
   * @param durationMs - Whole milliseconds, 0 or more.
   * @param signal - When it aborts first, the promise rejects with {@link SleepAborted}, and nothing is left scheduled.
   */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal === undefined && this.crashPoint?.call === this.#portCalls + 1) {
      return this.call(durationMs, () => {});
    }
    if (!this.#enter()) return never();
    if (signal !== undefined) return this.#sleepUnless(durationMs, signal);
    const sleep = new Promise<void>(takeResolve);
    this.#simulation.schedule(durationMs, takenResolve, this);
    return sleep;
  }

  /** Called by {@link Process.pause} only. */
  pauseUntil(atMs: number): void {
    if (atMs <= this.#resumesAtMs) return;
    this.#resumesAtMs = atMs;
    this.#heldEvents += this.#simulation.postpone(this, atMs);
  }

  /** Called by the simulation, for each event that was to happen within the pause. */
  held(): void {
    this.#heldEvents += 1;
  }

  /** Called by {@link Process.crash} only. */
  end(): void {
    this.#alive = false;
    this.#simulation.forget(this);
  }

  #sleepUnless(durationMs: number, signal: AbortSignal): Promise<void> {
    const dieAfter = this.#diesHere('after');
    return new Promise<void>((resolve, reject) => {
      const end = (tell: () => void): void => {
        if (dieAfter) this.process.crash('crash-point');
        if (this.#alive) tell();
      };
      if (signal.aborted) {
        end(() => reject(new SleepAborted()));
        return;
      }
      const wake = this.#simulation.schedule(
        durationMs,
        () => {
          signal.removeEventListener('abort', abort);
          end(resolve);
        },
        this,
      );
      const abort = (): void => {
        wake.cancel();
        end(() => reject(new SleepAborted()));
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #enter(): boolean {
    if (!this.#alive) return false;
    this.#portCalls += 1;
    if (!this.#diesHere('before')) return true;
    this.process.crash('crash-point');
    return false;
  }

  #diesHere(when: CrashPoint['when']): boolean {
    const point = this.crashPoint;
    return point !== undefined && point.call === this.#portCalls && point.when === when;
  }
}

/** What the dead are answered. A new promise for each, or all that they hold would hang on a single one for ever. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

// Most events are sleeps. The function that resolves a sleep is the event's action itself, so that a sleep makes no closure.
let takenResolve: () => void = () => {};
function takeResolve(resolve: () => void): void {
  takenResolve = resolve;
}

/** What a process runs in each of its lives. */
export type Program = (life: Life) => Promise<void> | void;

/**
 * A simulated process: a name, and one life at a time.
 *
 * Models: crash at any moment between events, and before or after any port call; restart as a new incarnation; pauses, in which nothing
 * of the process happens while time goes on for everybody, as when a machine is suspended or collects garbage.
 * Does not model: threads, shared memory, or slow computation (code takes no virtual time). That is safe because an engine may
 * only observe time through its ports.
 */
export class Process {
  readonly simulation: Simulation;
  readonly name: string;
  readonly #program: Program;
  readonly #onCrash: (life: Life) => void;
  #life: Life | undefined;
  #incarnations = 0;

  constructor(simulation: Simulation, name: string, program: Program, onCrash: (life: Life) => void) {
    this.simulation = simulation;
    this.name = name;
    this.#program = program;
    this.#onCrash = onCrash;
  }

  get life(): Life | undefined {
    return this.#life;
  }

  get incarnations(): number {
    return this.#incarnations;
  }

  /** Begins the next life. Does nothing while one is on. */
  start(crashPoint?: CrashPoint): void {
    if (this.#life !== undefined) return;
    this.#incarnations += 1;
    const life = new Life(this, this.#incarnations, crashPoint);
    this.#life = life;
    const { simulation, name } = this;
    simulation.crashWatch?.began(life);
    simulation.trace.emit({ kind: 'process.started', node: name, incarnation: life.incarnation });
    simulation.schedule(
      0,
      () => {
        const failed = (error: unknown): void => {
          if (life.alive) simulation.uncaught(name, error);
        };
        try {
          Promise.resolve(this.#program(life)).catch(failed);
        } catch (error) {
          failed(error);
        }
      },
      life,
    );
  }

  /**
   * Nothing of the current life happens for so long: what is due meanwhile, its answers from ports too, happens at the end, in order.
   * Its clocks go on. Does nothing when there is no life.
   *
   * @param over - Told, when the time is over, how many events had to wait.
   */
  pause(durationMs: number, over: (held: number) => void = () => {}): void {
    const life = this.#life;
    if (life === undefined) return;
    const { simulation, name: node } = this;
    simulation.trace.emit({
      kind: 'process.paused',
      node,
      incarnation: life.incarnation,
      durationMs,
    });
    const before = life.heldEvents;
    life.pauseUntil(simulation.nowMs + durationMs);
    simulation.schedule(durationMs, () => over(life.heldEvents - before));
  }

  /** Ends the current life on the spot. Does nothing when there is none. */
  crash(cause: string): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#life = undefined;
    life.end();
    this.simulation.trace.emit({
      kind: 'process.crashed',
      node: this.name,
      incarnation: life.incarnation,
      cause,
    });
    this.#onCrash(life);
  }
}
