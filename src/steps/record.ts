import type { AmbiguityPolicy, EffectClass, GuardedSubclass, ResolvingPolicy } from './effect.js';
import type { StepOutcome } from './outcome.js';
import type { Payload } from './payload.js';
import type { StepKey } from './step-key.js';

/** What is journaled under one key. Never changed in place: what a query returned stays what it was. */
export type StepRecord = IntentRecord | SettledRecord | PromiseRecord | TimerRecord;

interface OfStep {
  readonly stepKey: StepKey;
  /** The attempt that it was first recorded in. */
  readonly attempt: number;
  readonly fingerprint: string;
}

/** A guarded effect that may have acted, and whose outcome is not known. */
export interface IntentRecord extends OfStep {
  readonly kind: 'intent';
  readonly subclass: GuardedSubclass;
  readonly onAmbiguous: AmbiguityPolicy;
  /** How often it may have acted. */
  readonly window: number;
  /** By which policy the window is audited as resolved, and only the outcome is missing. Never by `rerun`: it opens a new one. */
  readonly resolvedBy: ResolvingPolicy | null;
}

export interface SettledRecord extends OfStep {
  readonly kind: 'settled';
  readonly effectClass: EffectClass;
  readonly outcome: StepOutcome;
}

export interface PromiseRecord extends OfStep {
  readonly kind: 'promise';
  readonly tokenDigests: readonly string[];
  readonly payload: Payload | null;
}

export interface TimerRecord extends OfStep {
  readonly kind: 'timer';
  readonly dueMs: number;
  readonly isFired: boolean;
}

/** Whether the outside world knows of it, so that another attempt has to as well: guarded effects and promises. */
export function outlivesAttempt(record: StepRecord): boolean {
  switch (record.kind) {
    case 'intent':
    case 'promise':
      return true;
    case 'settled':
      return record.effectClass === 'exactly_once_guarded';
    case 'timer':
      return false;
  }
}

/** The bytes of the value that it holds. */
export function payloadBytesOf(record: StepRecord | undefined): number {
  switch (record?.kind) {
    case 'settled':
      return record.outcome.kind === 'value' ? record.outcome.payload.length : 0;
    case 'promise':
      return record.payload?.length ?? 0;
    case 'intent':
    case 'timer':
    case undefined:
      return 0;
  }
}
