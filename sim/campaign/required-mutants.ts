import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MutantFileError, requiredFileName } from './mutant.js';

/**
 * The ids of the mutants of a folder that a gate wants killed, in the order in which they are hunted. None when nobody lists any.
 *
 * @throws MutantFileError
 */
export function readRequiredMutants(folder: string): readonly string[] {
  const path = join(folder, requiredFileName);
  if (!existsSync(path)) return [];
  const ids = parsed(path);
  if (!Array.isArray(ids)) throw new MutantFileError(`${path} is not a list of ids`);
  return ids.map(String);
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new MutantFileError(`${path} is not JSON`, { cause });
  }
}
