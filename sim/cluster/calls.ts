import type { Process } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import { errorCode } from './error-code.js';

/** What a caller gets: the answer, or word that the connection broke and nobody knows. */
export type Reply<Answer> =
  { readonly kind: 'answered'; readonly answer: Answer } | { readonly kind: 'lost' };

interface Call {
  readonly lose: () => void;
}

/** The node stopped, or whoever it had to ask did not answer it: nobody knows. */
function isNoAnswer(code: string | undefined): boolean {
  return code === 'NODE_STOPPED' || code === 'REQUEST_TIMED_OUT';
}

/** The calls to the service of a machine, on their way or waiting there. They break when it dies, and wait while it is paused. */
export class Calls<Running> {
  readonly #simulation: Simulation;
  readonly #process: Process;
  readonly #running: () => Running | undefined;
  readonly #open = new Set<Call>();
  #missed = 0;
  #isStopped = false;

  constructor(simulation: Simulation, process: Process, running: () => Running | undefined) {
    this.#simulation = simulation;
    this.#process = process;
    this.#running = running;
  }

  /** How many have found nobody. */
  get missed(): number {
    return this.#missed;
  }

  /**
   * Runs `request` on the running service. `shown` sees the answer at the moment when it leaves the machine.
   *
   * @param delayMs - Each way.
   */
  carry<Answer>(
    delayMs: number,
    request: (service: Running) => Promise<Answer>,
    shown: (answer: Answer) => void,
  ): Promise<Reply<Answer>> {
    return new Promise<Reply<Answer>>((resolve, reject) => {
      const reply = (answer: Reply<Answer>): void => {
        this.#simulation.schedule(delayMs, () => resolve(answer));
      };
      this.#simulation.schedule(delayMs, () => {
        if (this.#isStopped) return;
        const service = this.#running();
        const call: Call = { lose: () => reply({ kind: 'lost' }) };
        if (service === undefined) {
          this.#missed += 1;
          call.lose();
          return;
        }
        this.#open.add(call);
        this.#whenAwake(() => {
          request(service).then(
            (answer) => {
              if (!this.#open.delete(call)) return;
              shown(answer);
              reply({ kind: 'answered', answer });
            },
            (error: unknown) => {
              if (!this.#open.delete(call)) return;
              if (isNoAnswer(errorCode(error))) call.lose();
              else reject(error);
            },
          );
        });
      });
    });
  }

  /** Whoever waits is told that the connection broke. */
  loseAll(): void {
    const calls = [...this.#open];
    this.#open.clear();
    for (const call of calls) call.lose();
  }

  /** Whoever waits for an answer waits for ever. */
  stop(): void {
    this.#isStopped = true;
    this.#open.clear();
  }

  /** What is asked of a paused machine waits; when it dies meanwhile, nothing of it is done. */
  #whenAwake(action: () => void): void {
    const { life } = this.#process;
    if (life === undefined || life.resumesAtMs <= this.#simulation.nowMs) action();
    else this.#simulation.schedule(0, action, life);
  }
}
