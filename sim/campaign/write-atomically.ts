import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.js';
import { WriteError } from './write-error.js';

/**
 * Writes a whole file, or leaves what was there: to `<path>.partial`, then a rename.
 *
 * @throws WriteError nothing partial is left behind.
 */
export function writeAtomically(path: string, text: string): void {
  try {
    makeFolder(dirname(path));
    writeWhole(path, `${path}.partial`, text);
  } catch (error) {
    throw new WriteError(path, error);
  }
}

function writeWhole(path: string, partialPath: string, text: string): void {
  try {
    writeFileSync(partialPath, text, { flush: true });
    renameSync(partialPath, path);
  } catch (error) {
    rmSync(partialPath, { force: true });
    throw error;
  }
}
