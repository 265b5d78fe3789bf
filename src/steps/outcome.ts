import type { CborValue } from '../codec/cbor.js';
import { type Payload, PayloadRejected, type PayloadFault, samePayload, sealPayload } from './payload.js';
import type { StepKey } from './step-key.js';

/** What a program is told of an error: text only, cut to a length. Sources, stacks and classes are not journaled. */
export interface Failure {
  readonly name: string;
  readonly message: string;
}

/** How a step ended. Each is journaled once, and tells the program the same when replayed as when it was live. */
export type StepOutcome =
  | { readonly kind: 'value'; readonly payload: Payload }
  /** The effect was done, but its result cannot be journaled. It is not done again: reference Z21. */
  | { readonly kind: 'value_unavailable'; readonly fault: PayloadFault }
  /** In doubt, and taken as done by the policy `skip`. */
  | { readonly kind: 'assumed_done' }
  /** The step failed, and is known not to have acted. Reference Z6. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** In doubt, and told so by the policy `fail`. */
  | { readonly kind: 'ambiguous' };

/** How an execution ended. */
export type ExecutionOutcome =
  | { readonly kind: 'completed'; readonly payload: Payload }
  | { readonly kind: 'failed'; readonly failure: Failure };

const nameLengthMax = 100;
const messageLengthMax = 1000;

/** The outcome of a step whose effect was done. */
export function outcomeOf(value: CborValue, key: StepKey): StepOutcome {
  try {
    return { kind: 'value', payload: sealPayload(value, `result of ${key}`) };
  } catch (error) {
    if (error instanceof PayloadRejected) return { kind: 'value_unavailable', fault: error.fault };
    throw error;
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof Error) {
    return { name: tidy(error.name, nameLengthMax), message: tidy(error.message, messageLengthMax) };
  }
  return { name: 'Error', message: `a ${typeof error} was thrown` };
}

export function sameStepOutcome(one: StepOutcome, other: StepOutcome): boolean {
  switch (one.kind) {
    case 'value':
      return other.kind === 'value' && samePayload(one.payload, other.payload);
    case 'value_unavailable':
      return other.kind === 'value_unavailable' && one.fault === other.fault;
    case 'failed':
      return other.kind === 'failed' && sameFailure(one.failure, other.failure);
    case 'assumed_done':
    case 'ambiguous':
      return one.kind === other.kind;
  }
}

export function sameExecutionOutcome(one: ExecutionOutcome, other: ExecutionOutcome): boolean {
  if (one.kind === 'completed') return other.kind === 'completed' && samePayload(one.payload, other.payload);
  return other.kind === 'failed' && sameFailure(one.failure, other.failure);
}

function sameFailure(one: Failure, other: Failure): boolean {
  return one.name === other.name && one.message === other.message;
}

/** A text as the message of a failure. */
export function failureMessage(text: string): string {
  return tidy(text, messageLengthMax);
}

/** Cut to a length, and well-formed, since text with a lone surrogate has no encoding. */
function tidy(text: unknown, lengthMax: number): string {
  return typeof text === 'string' ? Buffer.from(text.slice(0, lengthMax)).toString() : `a ${typeof text}`;
}
