import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asRecord, textField } from '../campaign/json-fields.js';

/** The package that this command belongs to. */
export interface Package {
  readonly rootFolder: string;
  readonly version: string;
  /** Whether the sources are there: only then can mutants be planted. */
  readonly isCheckout: boolean;
}

/** Finds the package by walking up from the file that runs. */
export function findPackage(moduleUrl: string): Package {
  let folder = dirname(fileURLToPath(moduleUrl));
  for (;;) {
    const path = join(folder, 'package.json');
    const fields = existsSync(path) ? asRecord(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
    if (fields?.['name'] === 'seaworthy') {
      const isCheckout = existsSync(join(folder, 'sim/cli/worker.ts'));
      return { rootFolder: folder, version: textField(fields, 'version'), isCheckout };
    }
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json of seaworthy above ${fileURLToPath(moduleUrl)}`);
    folder = parent;
  }
}

/** What to type before a command so that it runs this very package. */
export function commandPrefix({ rootFolder, isCheckout }: Package, currentFolder: string): string {
  const isInside = !relative(rootFolder, resolve(currentFolder)).startsWith('..');
  return isCheckout && isInside ? 'npm run --silent seaworthy --' : 'npx seaworthy';
}
