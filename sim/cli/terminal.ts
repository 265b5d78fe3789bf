import { styleText } from 'node:util';
import { exitCode } from '../campaign/exit-code.js';
import type { Paint } from '../report/paint.js';

/** Colours for stdout: only on a terminal, and by NO_COLOR and FORCE_COLOR. */
export const paintResult: Paint = (style, text) => styleText(style, text, { stream: process.stdout });

/** Results go to stdout. */
export function printResult(text: string): void {
  process.stdout.write(text);
}

/** Progress and diagnostics go to stderr, a line each. */
export function printNotice(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * A reader that has gone away (`| head`) is no error. A result that cannot be written for another reason is: exit code 3.
 */
export function guardStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.exitCode = exitCode.harnessFault;
    printNotice(`seaworthy: the result could not be written: ${error.message}`);
  });
  process.stderr.on('error', () => {
    // There is nowhere left to tell it.
  });
}
