import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { writeAtomically } from '../campaign/write-atomically.js';
import { UsageError } from './usage-error.js';

/** Makes sure that results can be written, before hours are spent on them. @throws UsageError */
export function checkOutputFolder(folder: string): void {
  const probePath = join(folder, 'failures', '.probe');
  try {
    writeAtomically(probePath, 'writable\n');
    rmSync(probePath);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Nothing can be written to ${folder} (--output): ${reason}`, { cause });
  }
}
