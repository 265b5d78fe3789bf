import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Names the code that ran: package version, and the first 12 hex digits of a digest over its JavaScript. For a worker of the
 * compiler's output that is every file beside it under `distFolder`; a bundled worker is one file.
 */
export function buildId(version: string, workerEntry: URL, distFolder: string): string {
  const entryPath = fileURLToPath(workerEntry);
  const hash = createHash('sha256');
  if (entryPath.startsWith(distFolder + sep)) {
    for (const path of javaScriptFiles(distFolder)) {
      hash.update(`${relative(distFolder, path).replaceAll(sep, '/')}\n`);
      hash.update(readFileSync(path));
    }
  } else hash.update(readFileSync(entryPath));
  return `${version}+${hash.digest('hex').slice(0, 12)}`;
}

function javaScriptFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
