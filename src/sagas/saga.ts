import type { Failure } from '../steps/outcome.js';
import type { Payload } from '../steps/payload.js';

/** What a saga is from its beginning on, and never changes. */
export interface SagaTerms {
  readonly sagaId: string;
  /** For whom it acts: only who owns the session may run it. */
  readonly sessionId: string;
  /** Of its definition. */
  readonly name: string;
  readonly input: Payload;
  /** 64 lowercase hex digits. Equal inputs have equal ones. */
  readonly inputDigest: string;
  /** In the order in which they are done. Fixed here, whatever a later definition of that name says. */
  readonly steps: readonly string[];
  /** Drawn when it began, 32 lowercase hex digits: what its keys and its holder's name are made of. No other saga, of whatever id, has it. */
  readonly runKey: string;
}

/** A saga that has not ended. */
export interface Saga extends SagaTerms {
  /** Only those that were tried: the first of them belongs to the first of `steps`, and so on. */
  readonly records: readonly StepRecord[];
  /** Why somebody wants it undone; null: nobody does. */
  readonly cancelReason: string | null;
  /** Why it goes back; null: it goes forward. From the moment that this is set no step is tried any more. */
  readonly cause: SagaCause | null;
}

/** A step that was tried. */
export interface StepRecord {
  /** Counted before each try. */
  readonly attempts: number;
  readonly progress: StepProgress;
  readonly compensationAttempts: number;
  readonly isCompensated: boolean;
}

export type StepProgress =
  /** Tried, and nothing is known of it: it is possibly done. */
  | { readonly kind: 'in_doubt' }
  | { readonly kind: 'done'; readonly result: Payload }
  /** It will not be tried again. A part of it may have been done. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Why a saga goes back. */
export type SagaCause =
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'failed'; readonly step: string; readonly failure: Failure };

export type SagaPhase = 'running' | 'compensating';

/** What is known of a saga that has ended. */
export interface SagaTombstone {
  readonly sagaId: string;
  readonly sessionId: string;
  readonly name: string;
  readonly inputDigest: string;
  readonly end: SagaEnd;
}

/** Wholly done, or wholly undone. */
export type SagaEnd = { readonly kind: 'done' } | { readonly kind: 'compensated'; readonly cause: SagaCause };

export function phaseOf({ cause }: Saga): SagaPhase {
  return cause === null ? 'running' : 'compensating';
}

/** The step to try next, while the saga goes forward: the one in doubt, or the first that was not tried. */
export function nextStep({ steps, records }: Saga): number | undefined {
  const doubtful = records.findIndex(({ progress }) => progress.kind === 'in_doubt');
  const next = doubtful >= 0 ? doubtful : records.length;
  return next < steps.length ? next : undefined;
}

/**
 * The step to compensate next, when the saga goes back: the last one that was tried, whatever came of it, and that is not compensated
 * yet. One in doubt is possibly done, and one that failed possibly half.
 */
export function nextCompensation({ records }: Pick<Saga, 'records'>): number | undefined {
  const next = records.findLastIndex(({ isCompensated }) => !isCompensated);
  return next >= 0 ? next : undefined;
}
