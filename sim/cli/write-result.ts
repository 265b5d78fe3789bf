import { writeAtomically } from '../campaign/write-atomically.js';
import { WriteError } from '../campaign/write-error.js';

/** Writes a file that was asked for. @throws WriteError */
export function writeResult(path: string, text: string): void {
  try {
    writeAtomically(path, text);
  } catch (error) {
    throw new WriteError(path, error);
  }
}
