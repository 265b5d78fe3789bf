import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it; nothing when it is there.
 *
 * One by one, because `mkdir` with `recursive` never returns on file systems that answer ENOENT below an existing folder, such as
 * /proc on Node.js 20.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path);
}
