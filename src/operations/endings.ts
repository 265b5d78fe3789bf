import { answersOf, type Barrier, isOpen, type MemberAnswer } from './barrier.js';
import type { OperationEndedEntry, OperationsEntry } from './entry.js';
import { completionClassesOf } from './kind.js';
import type { OperationsLimits } from './limits.js';
import { notBefore, type Operation } from './operation.js';
import type { TerminalOutcome } from './outcome.js';
import type { OperationsState } from './state.js';

/** An operation that is about to end. */
export interface Ending {
  readonly operation: Operation;
  readonly outcome: TerminalOutcome;
}

/**
 * Everything that follows from operations ending, as one batch: the endings themselves, the barriers that they satisfy, the
 * operations that are held no longer, and the tombstones that these push out. A barrier is looked at whatever the kind of its
 * members is (flaw A4), and before anything is evicted (flaw A3).
 */
export function endAll(
  state: OperationsState,
  limits: OperationsLimits,
  endings: readonly Ending[],
  watched: readonly string[],
  atMs: number,
): readonly OperationsEntry[] {
  const ended = endings.map(({ operation, outcome }, index): OperationEndedEntry => {
    const { operationId } = operation.spec;
    const seq = state.lastSeq + 1 + index;
    return { kind: 'operation_ended', operationId, outcome, seq, atMs: notBefore(operation, atMs) };
  });
  const news = new Map(
    ended.map(({ operationId, outcome, seq }): [string, MemberAnswer] => [
      operationId,
      { kind: 'ended', outcome, seq },
    ]),
  );
  const { satisfied, open } = settleBarriers(state, news, atMs);
  const evicted = evictions(state, limits, endings, pins(open, watched));
  return [...ended, ...satisfied, ...buried(state, limits, evicted, atMs)];
}

/** Evicts every ended operation that nothing pins. */
export function collectAll(
  state: OperationsState,
  limits: OperationsLimits,
  watched: readonly string[],
  atMs: number,
): readonly OperationsEntry[] {
  const isPinned = pins([...state.barriers.values()].filter(isOpen), watched);
  const evicted = oldest(idsOf(state), [], Infinity, isPinned);
  return buried(state, limits, evicted, atMs);
}

/** The entries of those open barriers that `news` satisfies, and the barriers that stay open. */
export function settleBarriers(
  { barriers }: OperationsState,
  news: ReadonlyMap<string, MemberAnswer>,
  atMs: number,
): { readonly satisfied: readonly OperationsEntry[]; readonly open: readonly Barrier[] } {
  const satisfied: OperationsEntry[] = [];
  const open: Barrier[] = [];
  for (const barrier of barriers.values()) {
    if (!isOpen(barrier)) continue;
    const answers = answersOf(barrier, news);
    if (answers === undefined) open.push(barrier);
    else satisfied.push({ kind: 'barrier_satisfied', requestId: barrier.requestId, answers, atMs });
  }
  return { satisfied, open };
}

function pins(open: readonly Barrier[], watched: readonly string[]): (operationId: string) => boolean {
  const untold = new Set(watched);
  return (operationId) => untold.has(operationId) || open.some(({ answers }) => answers.has(operationId));
}

/**
 * Which operations go: those ending now that are not to be retained, and as many of the others as are too many, the oldest
 * first. A pinned one stays, and has its turn among the oldest later, of whichever kind it is.
 */
function evictions(
  state: OperationsState,
  { completedMax }: OperationsLimits,
  endings: readonly Ending[],
  isPinned: (operationId: string) => boolean,
): readonly string[] {
  const discarded: string[] = [];
  const retained = endings.flatMap(({ operation: { spec } }) => {
    const goes = completionClassesOf(spec.kind).durability === 'discard' && !isPinned(spec.operationId);
    if (goes) discarded.push(spec.operationId);
    return goes ? [] : [spec.operationId];
  });
  const surplus = state.completed.size + retained.length - completedMax;
  return [...oldest(idsOf(state), retained, surplus, isPinned), ...discarded];
}

function* idsOf({ completed }: OperationsState): Generator<string> {
  for (const { spec } of completed.values()) yield spec.operationId;
}

/** Up to `count` of those that are not pinned: of `held` first, then of `added`. */
function oldest(
  held: Iterable<string>,
  added: Iterable<string>,
  count: number,
  isPinned: (id: string) => boolean,
): readonly string[] {
  const taken: string[] = [];
  for (const ids of [held, added]) {
    for (const id of ids) {
      if (taken.length >= count) return taken;
      if (!isPinned(id)) taken.push(id);
    }
  }
  return taken;
}

/** The evictions, and the oldest tombstones as far as there are too many then. */
function buried(
  { tombstones }: OperationsState,
  { tombstonesMax }: OperationsLimits,
  evicted: readonly string[],
  atMs: number,
): readonly OperationsEntry[] {
  const tooMany = tombstones.size + evicted.length - tombstonesMax;
  const dropped = oldest(tombstones.keys(), evicted, tooMany, () => false);
  return [
    ...evicted.map((operationId) => ({ kind: 'operation_evicted', operationId, atMs }) as const),
    ...dropped.map((operationId) => ({ kind: 'tombstone_dropped', operationId, atMs }) as const),
  ];
}
