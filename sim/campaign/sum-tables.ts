import type { CountTable, FaultTable } from './campaign-document.js';
import { addCount } from './tally.js';

/** Sums by name. */
export function sumCounts(tables: readonly CountTable[]): CountTable {
  const counts = new Map<string, number>();
  for (const table of tables) {
    for (const [name, count] of Object.entries(table)) addCount(counts, name, count);
  }
  return sortedTable(counts);
}

/** Sums by fault kind. */
export function sumFaults(tables: readonly FaultTable[]): FaultTable {
  const sums = new Map<string, { fired: number; effective: number }>();
  for (const table of tables) {
    for (const [kind, { fired, effective }] of Object.entries(table)) {
      const known = sums.get(kind) ?? { fired: 0, effective: 0 };
      sums.set(kind, { fired: known.fired + fired, effective: known.effective + effective });
    }
  }
  return sortedTable(sums);
}

/** A table whose names come in one order, however they were found. */
export function sortedTable<T>(entries: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...entries].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
