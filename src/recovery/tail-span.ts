import type { PlacedEntry } from '../agreement/wal.js';

/** Where the log's tail behind a checkpoint lies. The entries themselves need not be kept for it. */
export interface TailSpan {
  /** Null while there is no entry. */
  readonly firstLsn: number | null;
  /** The LSN of the last entry, or of the checkpoint while there is none. */
  readonly lastLsn: number;
  readonly lowestTick: number | null;
  readonly highestTick: number | null;
}

/** The tail of the log does not belong behind the checkpoint. */
export class MisplacedTail extends Error {
  readonly code = 'RECOVERY_MISPLACED_TAIL';
  override readonly name = 'MisplacedTail';
  readonly lsn: number;
  readonly afterLsn: number;
  constructor(lsn: number, afterLsn: number) {
    super(`the log's tail has LSN ${lsn} where only one greater than ${afterLsn} may stand`);
    this.lsn = lsn;
    this.afterLsn = afterLsn;
  }
}

/** Nothing behind the checkpoint at this LSN. */
export function emptySpan(lsn: number): TailSpan {
  return { firstLsn: null, lastLsn: lsn, lowestTick: null, highestTick: null };
}

/** With one entry more. @throws {@link MisplacedTail} when it does not follow. */
export function extendSpan(span: TailSpan, { lsn, entry }: PlacedEntry): TailSpan {
  if (lsn <= span.lastLsn) throw new MisplacedTail(lsn, span.lastLsn);
  const { tick } = entry;
  return {
    firstLsn: span.firstLsn ?? lsn,
    lastLsn: lsn,
    lowestTick: Math.min(span.lowestTick ?? tick, tick),
    highestTick: Math.max(span.highestTick ?? tick, tick),
  };
}

/** The same tail, now that the LSN of the checkpoint is known. @throws {@link MisplacedTail} when it begins before that. */
export function placeBehind(span: TailSpan, checkpointLsn: number): TailSpan {
  if (span.firstLsn === null) return emptySpan(checkpointLsn);
  if (span.firstLsn <= checkpointLsn) throw new MisplacedTail(span.firstLsn, checkpointLsn);
  return span;
}
