import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder outside the repository, removed after the last test of the file, failed or not. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-'));
  made.push(folder);
  return folder;
}
