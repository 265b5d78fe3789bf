import type { Simulation } from './simulation.js';

/** Where a process is to die: before or after its `call`-th port call (from 1) of one life. */
export interface CrashPoint {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** A promise of the dead: nothing waits for it to happen. */
export const never: Promise<never> = new Promise<never>(() => {});

/**
 * One incarnation of a process. Every port that the process holds is bound to a life; when the life ends, its calls in flight are
 * dropped and later ones are never answered, so that no line after an `await` runs again.
 */
export class Life {
  readonly process: Process;
  readonly incarnation: number;
  readonly crashPoint: CrashPoint | undefined;
  alive = true;
  portCalls = 0;

  constructor(process: Process, incarnation: number, crashPoint: CrashPoint | undefined) {
    this.process = process;
    this.incarnation = incarnation;
    this.crashPoint = crashPoint;
  }

  /**
   * A port call: `effect` happens `latencyMs` from now, and its result is then told to the caller, if both still live.
   *
   * @param latencyMs - Whole milliseconds, 0 or more.
   */
  call<T>(latencyMs: number, effect: () => T): Promise<T> {
    if (!this.#enter()) return never;
    const dieAfter = this.#diesHere('after');
    return new Promise<T>((resolve, reject) => {
      this.process.simulation.schedule(
        latencyMs,
        () => {
          let result: T;
          try {
            result = effect();
          } catch (error) {
            reject(error);
            return;
          }
          if (dieAfter) this.process.crash('crash-point');
          else resolve(result);
        },
        this,
      );
    });
  }

  /** A port call that is answered at once. Undefined from a life that has ended. */
  callNow<T>(effect: () => T): T | undefined {
    if (!this.#enter()) return undefined;
    const result = effect();
    if (this.#diesHere('after')) this.process.crash('crash-point');
    return result;
  }

  #enter(): boolean {
    if (!this.alive) return false;
    this.portCalls += 1;
    if (!this.#diesHere('before')) return true;
    this.process.crash('crash-point');
    return false;
  }

  #diesHere(when: CrashPoint['when']): boolean {
    return this.crashPoint?.call === this.portCalls && this.crashPoint.when === when;
  }
}

/** What a process runs in each of its lives. */
export type Program = (life: Life) => Promise<void> | void;

/**
 * A simulated process: a name, and one life at a time.
 *
 * Models: crash at any moment between events, and before or after any port call; restart as a new incarnation.
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

  /** Ends the current life on the spot. Does nothing when there is none. */
  crash(cause: string): void {
    const life = this.#life;
    if (life === undefined) return;
    life.alive = false;
    this.#life = undefined;
    this.simulation.trace.emit({
      kind: 'process.crashed',
      node: this.name,
      incarnation: life.incarnation,
      cause,
    });
    this.#onCrash(life);
  }
}
