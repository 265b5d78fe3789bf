import { completionClassesOf, type OperationKind } from './kind.js';
import type { TerminalOutcome } from './outcome.js';
import type { OperationsState } from './state.js';

/** One row of the completion feed. */
export interface CompletionEntry {
  readonly seq: number;
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly displayName: string;
  readonly outcome: TerminalOutcome;
  readonly completedAtMs: number;
}

/** Rows above `requestedAfterSeq` were dropped: which ones, nobody knows any more. */
export interface CompletionFeedGap {
  readonly requestedAfterSeq: number;
  readonly droppedThrough: number;
  readonly watermark: number;
}

/** What a reader of the feed gets, and whether it has missed something. */
export interface CompletionPage {
  readonly entries: readonly CompletionEntry[];
  /** How far the reader has come with this page: where the next one starts, and the highest that a cursor should be moved to. */
  readonly throughSeq: number;
  readonly watermark: number;
  readonly droppedThrough: number;
  /** Null when every row above the requested seq is in this page or in one that follows. */
  readonly gap: CompletionFeedGap | null;
}

/**
 * Up to `limit` (1 at least) rows above `afterSeq`, in the order of their seqs. These have holes where kinds without rows ended,
 * which is no gap. Every reader is told of gaps in the same way (flaw A7). Reference A6.
 */
export function feedSince(state: OperationsState, afterSeq: number, limit: number): CompletionPage {
  const { watermark, droppedThrough } = state;
  const entries: CompletionEntry[] = [];
  const gap = afterSeq < droppedThrough ? { requestedAfterSeq: afterSeq, droppedThrough, watermark } : null;
  for (const entry of rowsAfter(state, afterSeq)) {
    if (entries.length === limit) {
      const throughSeq = entries.at(-1)?.seq ?? afterSeq;
      return { entries, throughSeq, watermark, droppedThrough, gap };
    }
    entries.push(entry);
  }
  return { entries, throughSeq: Math.max(afterSeq, watermark), watermark, droppedThrough, gap };
}

function* rowsAfter({ completed }: OperationsState, afterSeq: number): Generator<CompletionEntry> {
  for (const [seq, { spec, completion }] of completed) {
    const { operationId, kind, displayName } = spec;
    if (seq <= afterSeq || completionClassesOf(kind).feed === 'suppress') continue;
    const { outcome, atMs: completedAtMs } = completion;
    yield { seq, operationId, kind, displayName, outcome, completedAtMs };
  }
}
