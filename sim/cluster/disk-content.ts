import type { SimulatedDisk } from '../world/disk/simulated-disk.js';

/** What reads of a disk showed at one moment, file by file, in order of their creation. */
export type DiskContent = readonly { readonly path: string; readonly content: Uint8Array }[];

/** A copy, since the disk goes on changing. The lock is left out: it comes and goes with its holder. */
export function contentOf(disk: SimulatedDisk): DiskContent {
  return disk
    .paths()
    .filter((path) => !path.endsWith('/LOCK'))
    .map((path) => ({ path, content: (disk.cached(path) ?? new Uint8Array()).slice() }));
}

export function isSameContent(left: DiskContent, right: DiskContent): boolean {
  return (
    left.length === right.length &&
    left.every(({ path, content }, index) => {
      const other = right[index];
      return path === other?.path && Buffer.compare(content, other.content) === 0;
    })
  );
}
