/** How an operation ended. Reference A1. */
export type TerminalOutcome =
  | { readonly kind: 'completed'; readonly result: OperationResult }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'aborted'; readonly reason: string | null }
  | { readonly kind: 'cancelled'; readonly reason: string | null }
  | { readonly kind: 'retired' }
  | { readonly kind: 'terminated'; readonly reason: string };

export const outcomeKinds = ['completed', 'failed', 'aborted', 'cancelled', 'retired', 'terminated'] as const;

/** What a completed operation gives. */
export interface OperationResult {
  readonly id: string;
  readonly content: string;
  /** The work was done, and what it has to say is an error. */
  readonly isError: boolean;
  readonly durationMs: number;
  readonly tokensUsed: number;
}

/** How an operation ended, and where that stands among all endings. */
export interface Completion {
  readonly outcome: TerminalOutcome;
  /** From 1 on, in the order in which operations ended; never given twice. */
  readonly seq: number;
  readonly atMs: number;
}
