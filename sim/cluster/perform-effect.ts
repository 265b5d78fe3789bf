import type { AssumedDone, DurableContext } from '../../src/steps/context.js';
import {
  atLeastOnce,
  exactlyOnceGuarded,
  idempotent,
  type ReconcileProbe,
  type StepHandle,
} from '../../src/steps/descriptor.js';
import type { EffectStep } from './plan.js';

/** Makes a planned effect a step of a context, of the class and with the policy that the plan says. */
export function performEffect(
  context: DurableContext,
  { name, effect }: EffectStep,
  input: number,
  act: (handle: StepHandle) => Promise<string>,
  query: ReconcileProbe,
): Promise<string | AssumedDone> {
  switch (effect.kind) {
    case 'idempotent':
      return context.step(idempotent(name, input), act);
    case 'at_least_once':
      return context.step(atLeastOnce(name, input), act);
    case 'guarded': {
      const { subclass, policy, asks } = effect;
      if (policy !== 'skip') return context.step(exactlyOnceGuarded(name, subclass, policy, input), act);
      const probe = asks ? query : undefined;
      // Where there is a default, it is left to stand.
      return subclass === 'cost_bearing_or_boundary_idempotent'
        ? context.step(exactlyOnceGuarded(name, subclass, undefined, input, probe), act)
        : context.step(exactlyOnceGuarded(name, subclass, policy, input, probe), act);
    }
  }
}
