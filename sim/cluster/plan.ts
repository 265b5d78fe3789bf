import type { AmbiguityPolicy, GuardedSubclass } from '../../src/steps/effect.js';
import { guardedSubclasses } from '../../src/steps/effect.js';
import type { Tape } from '../kernel/tape.js';
import type { Provider } from './outside.js';

/** What an effect is to the engine. A policy that is left out stands for `skip`. */
export type PlannedClass =
  | { readonly kind: 'idempotent' | 'at_least_once' }
  | {
      readonly kind: 'guarded';
      readonly subclass: GuardedSubclass;
      readonly policy: AmbiguityPolicy;
      /** Whether it asks the provider before it takes the effect as done. Only under `skip`. */
      readonly asks: boolean;
    };

/** Something that is to be done to the outside. */
export interface EffectStep {
  readonly kind: 'effect';
  readonly name: string;
  /** What is to be done: the same in each version of a program, whatever becomes of its step. */
  readonly deed: number;
  readonly input: number;
  readonly effect: PlannedClass;
  readonly provider: Provider;
}

/** One step of a program that is written down as data. All names of a scope together are counted, as the engine counts them. */
export type PlanStep =
  | EffectStep
  | { readonly kind: 'nap'; readonly name: string; readonly durationMs: number }
  /** Until a moment that the program reckons anew in each run, so many milliseconds from its present. */
  | { readonly kind: 'until'; readonly name: string; readonly offsetMs: number }
  | { readonly kind: 'approval'; readonly name: string }
  /** An approval that is waited for no longer than a time; the program goes on, whichever came first. */
  | { readonly kind: 'deadline'; readonly name: string; readonly durationMs: number }
  /** Reads the clock, and does something with what it shows. */
  | { readonly kind: 'stamp'; readonly effect: EffectStep }
  | { readonly kind: 'fork'; readonly name: string; readonly branches: readonly (readonly PlanStep[])[] };

/** A program of one operation. */
export interface Plan {
  readonly steps: readonly PlanStep[];
  /** Whether it takes no notice of its end, and goes on to its next call. */
  readonly isStubborn: boolean;
}

export type PlanStepKind = PlanStep['kind'];

const stepsMax = 5;
const branchesMax = 3;
const branchStepsMax = 2;
const durationsMs = [30, 0, 5, 200, 900, 3000] as const;
const offsetsMs = [20, -1000, 0, 400, 2500] as const;
const plannedClasses = ['guarded', 'guarded', 'guarded', 'idempotent', 'at_least_once'] as const;
const effectNames = ['pay', 'ship', 'note'] as const;

/** Draws a plan whose steps are of these kinds; one that is there twice is twice as likely. */
export function drawPlan(tape: Tape, kinds: readonly [PlanStepKind, ...PlanStepKind[]]): Plan {
  let deeds = 0;
  const drawStep = (allowed: readonly [PlanStepKind, ...PlanStepKind[]], isOutermost: boolean): PlanStep => {
    const kind = tape.pick('plan.kind', allowed);
    switch (kind) {
      case 'effect':
        return drawEffect(tape, (deeds += 1));
      case 'stamp':
        return { kind, effect: drawEffect(tape, (deeds += 1)) };
      case 'nap':
        return { kind, name: 'nap', durationMs: tape.pick('plan.duration', durationsMs) };
      case 'until':
        return { kind, name: 'until', offsetMs: tape.pick('plan.offset', offsetsMs) };
      case 'approval':
        return { kind, name: 'ask' };
      case 'deadline':
        return { kind, name: 'soon', durationMs: tape.pick('plan.duration', durationsMs) };
      case 'fork': {
        if (!isOutermost) return drawEffect(tape, (deeds += 1));
        const branches = Array.from({ length: tape.between('plan.branches', 1, branchesMax) }, () =>
          Array.from({ length: tape.between('plan.branch-steps', 1, branchStepsMax) }, () =>
            drawStep(allowed, false),
          ),
        );
        return { kind, name: 'fork', branches };
      }
    }
  };
  const steps = Array.from({ length: tape.between('plan.steps', 1, stepsMax) }, () => drawStep(kinds, true));
  return { steps, isStubborn: tape.chance('plan.stubborn', 1, 6) };
}

/** Draws something to do, that asks what its provider and its policy allow. */
export function drawEffect(tape: Tape, deed: number): EffectStep {
  const provider = tape.pick<Provider>('plan.provider', ['dedup', 'queryable', 'neither']);
  const effect = drawClass(tape, provider);
  return { kind: 'effect', name: tape.pick('plan.name', effectNames), deed, input: deed, effect, provider };
}

function drawClass(tape: Tape, provider: Provider): PlannedClass {
  const kind = tape.pick<PlannedClass['kind']>('plan.class', plannedClasses);
  // What may be tried again at will has to have a provider that knows keys, or nothing could be said of it.
  if (kind === 'idempotent' && provider !== 'dedup') return { kind: 'at_least_once' };
  if (kind !== 'guarded') return { kind };
  const subclass = tape.pick('plan.subclass', guardedSubclasses);
  const policy = tape.pick<AmbiguityPolicy>('plan.policy', ['skip', 'fail', 'rerun']);
  const asks = policy === 'skip' && provider === 'queryable' && !tape.chance('plan.asks-not', 1, 4);
  return { kind, subclass, policy, asks };
}
