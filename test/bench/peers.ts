import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where the peers are that are no part of the default install: too large, or native. */
const folder = 'test/bench/peers';

/** What to say where a peer is missing. */
export const howToInstall = `npm ci --prefix ${folder}`;

/** Loads from the peers' own folder, whose lock file pins their versions. */
export const requirePeer = createRequire(join(process.cwd(), folder, 'package.json'));

/** What `load` loads with {@link requirePeer}; undefined when that is not installed. */
export function ifInstalled<Peer>(load: () => Peer): Peer | undefined {
  try {
    return load();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Of a peer that is installed. */
export function versionOf(name: string): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'),
  );
  return version;
}
