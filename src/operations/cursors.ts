/** How far the readers of the completion feed have come, as completion seqs. Reference A6. */
export interface Cursors {
  /** The agent has merged completions up to here into its transcript. */
  readonly applied: number;
  /** The runtime loop has looked at completions up to here. */
  readonly observed: number;
  /** The highest completion for which the runtime loop has injected a wake. Never above `observed`. */
  readonly injected: number;
}

export type CursorName = keyof Cursors;

export const cursorNames = ['applied', 'observed', 'injected'] as const;

/** A cursor that stands above what it may, and that highest position. */
export interface CursorFault {
  readonly cursor: CursorName;
  readonly seq: number;
  readonly maxSeq: number;
}

/** The cursors after an advance: none goes back. */
export function advancedCursors(cursors: Cursors, to: Readonly<Partial<Cursors>>): Cursors {
  return {
    applied: Math.max(cursors.applied, to.applied ?? 0),
    observed: Math.max(cursors.observed, to.observed ?? 0),
    injected: Math.max(cursors.injected, to.injected ?? 0),
  };
}

/** Which cursor breaks 0 <= injected <= observed <= watermark or applied <= watermark. */
export function cursorFault(cursors: Cursors, watermark: number): CursorFault | undefined {
  const maxSeqs: Cursors = { applied: watermark, observed: watermark, injected: cursors.observed };
  const cursor = cursorNames.find((name) => cursors[name] > maxSeqs[name]);
  return cursor === undefined ? undefined : { cursor, seq: cursors[cursor], maxSeq: maxSeqs[cursor] };
}
