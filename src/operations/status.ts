import { outcomeKinds } from './outcome.js';

/** What an operation is before its end. */
export const livePhases = ['provisioning', 'running', 'retiring'] as const;

export type LivePhase = (typeof livePhases)[number];

/** Where an operation stands: in a phase of its life, or ended in one of six ways. Reference A1. */
export const operationStatuses = [...livePhases, ...outcomeKinds] as const;

export type OperationStatus = (typeof operationStatuses)[number];

/** As {@link OperationStatus}, or never heard of. */
export type AnyStatus = 'absent' | OperationStatus;

/** What is said of an operation to those who only want to know whether it is well. Reference A2. */
export type PublicResult = 'missing_authority' | 'running' | 'completed' | 'failed' | 'cancelled';

const publicResults: Readonly<Record<AnyStatus, PublicResult>> = {
  absent: 'missing_authority',
  provisioning: 'running',
  running: 'running',
  retiring: 'running',
  completed: 'completed',
  failed: 'failed',
  terminated: 'failed',
  aborted: 'cancelled',
  cancelled: 'cancelled',
  retired: 'cancelled',
};

export function publicResultOf(status: AnyStatus): PublicResult {
  return publicResults[status];
}

export function isTerminal(status: AnyStatus): boolean {
  return outcomeKinds.some((kind) => kind === status);
}
