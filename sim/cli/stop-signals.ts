import { type ExitCode, exitCode, signalExitCode } from '../campaign/exit-code.js';
import { printNotice } from './terminal.js';

export type StopSignal = 'SIGINT' | 'SIGTERM';

const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** The signal that ended a command which exited so. */
export function signalOf(code: ExitCode): StopSignal | undefined {
  if (code === exitCode.interrupted) return 'SIGINT';
  return code === exitCode.terminated ? 'SIGTERM' : undefined;
}

/** The first signal asks for a clean end; the second one ends the process at once. */
export class StopSignals {
  readonly #controller = new AbortController();
  readonly #listener = (signal: StopSignal): void => this.#receive(signal);
  #received: StopSignal | undefined;

  constructor() {
    for (const signal of signals) process.on(signal, this.#listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first signal that came. */
  get received(): StopSignal | undefined {
    return this.#received;
  }

  close(): void {
    for (const signal of signals) process.off(signal, this.#listener);
  }

  #receive(signal: StopSignal): void {
    if (this.#received !== undefined) process.exit(signalExitCode(signal));
    this.#received = signal;
    printNotice(`seaworthy: ${signal}: stopping after the runs at sea; once more to stop at once`);
    this.#controller.abort();
  }
}
