import type { TerminalOutcome } from './outcome.js';

/** What a barrier says of one member. */
export type MemberAnswer =
  | { readonly kind: 'ended'; readonly outcome: TerminalOutcome; readonly seq: number }
  /** The operation was taken back before anybody was told of it: it has no outcome, and never will. */
  | { readonly kind: 'rolled_back' };

/** Somebody waits for all of these operations to end. */
export interface Barrier {
  readonly requestId: string;
  readonly openedAtMs: number;
  /** Every member in the order of the request, with its answer once there is one. Answers outlive the operations. */
  readonly answers: Map<string, MemberAnswer | null>;
  /** Null while open. */
  satisfiedAtMs: number | null;
}

export function isOpen(barrier: Barrier): boolean {
  return barrier.satisfiedAtMs === null;
}

/**
 * All answers in the order of the request, taking `news` for those that are not yet known; undefined when one is missing.
 */
export function answersOf(
  { answers }: Barrier,
  news: ReadonlyMap<string, MemberAnswer>,
): readonly MemberAnswer[] | undefined {
  const complete: MemberAnswer[] = [];
  for (const [operationId, known] of answers) {
    const answer = known ?? news.get(operationId);
    if (answer === undefined) return undefined;
    complete.push(answer);
  }
  return complete;
}
