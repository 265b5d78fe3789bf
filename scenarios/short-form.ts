import type { Choice } from '../sim/kernel/tape.js';

const losses = ['disk.lost-unsynced', 'disk.reordered', 'disk.torn', 'disk.lost-directory-entry'] as const;

/** The disks of so many machines lose what was not synced, in every way, when somebody orders it. By itself nothing happens. */
export function lossyDisks(machines: number): readonly Choice[] {
  return losses.flatMap((kind) =>
    chosen(
      `swarm.${kind}`,
      Array.from({ length: machines }, () => 1),
    ),
  );
}

/** What is chosen under one label, from the first occurrence on. */
export function chosen(label: string, values: readonly number[]): readonly Choice[] {
  return values.flatMap((value, occurrence) => (value === 0 ? [] : [{ label, occurrence, value }]));
}
