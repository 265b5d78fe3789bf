/** The grain at which a disk keeps its word: a sector is written whole or not at all. */
export const sectorBytes = 512;

/** A run of whole sectors. */
export interface SectorRange {
  readonly first: number;
  readonly count: number;
}

/** The sectors that `[offset, offset + length)` touches. */
export function sectorsTouched(offset: number, length: number): SectorRange {
  const first = Math.floor(offset / sectorBytes);
  const count = length === 0 ? 0 : Math.ceil((offset + length) / sectorBytes) - first;
  return { first, count };
}
