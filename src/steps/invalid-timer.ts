import type { StepKey } from './step-key.js';

/** A timer cannot be due then: the moment is no whole number of milliseconds from 0 to 2^53 - 1. */
export class InvalidTimer extends Error {
  readonly code = 'STEPS_INVALID_TIMER';
  override readonly name = 'InvalidTimer';
  readonly stepKey: StepKey;
  readonly dueMs: number;
  constructor(stepKey: StepKey, dueMs: number) {
    super(`timer ${stepKey} cannot be due at ${dueMs}`);
    this.stepKey = stepKey;
    this.dueMs = dueMs;
  }
}
