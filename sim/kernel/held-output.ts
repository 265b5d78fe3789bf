import { format } from 'node:util';

const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;

type Method = (typeof methods)[number];
type Print = (...args: unknown[]) => void;

// oxlint-disable-next-line no-console -- this is what stands between the console and code under test
const target = console;

/**
 * Keeps what code under test prints until the thread is the harness's again. Printing is harmless to a run, but how a host prints
 * is not: vitest, for one, looks at the time and sets a timer for each line.
 */
export class HeldOutput {
  readonly #originals = new Map<Method, Print>();
  readonly #lines: { readonly method: Method; readonly text: string }[] = [];

  hold(): void {
    for (const method of methods) {
      const original: Print = target[method];
      this.#originals.set(method, original);
      target[method] = (...args: unknown[]) => this.#lines.push({ method, text: format(...args) });
    }
  }

  /** Gives the console back and prints what was held, in order. */
  release(): void {
    for (const [method, original] of this.#originals) target[method] = original;
    for (const { method, text } of this.#lines.splice(0)) target[method](text);
  }
}
