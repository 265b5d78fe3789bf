import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.js';

/**
 * Writes a whole file, or leaves what was there: to `<path>.partial`, then a rename.
 *
 * @throws the error of the file system; nothing partial is left behind.
 */
export function writeAtomically(path: string, text: string): void {
  const partialPath = `${path}.partial`;
  makeFolder(dirname(path));
  try {
    writeFileSync(partialPath, text, { flush: true });
    renameSync(partialPath, path);
  } catch (error) {
    rmSync(partialPath, { force: true });
    throw error;
  }
}
