import type { CborValue } from '../codec/cbor.js';
import type { AmbiguityPolicy, Effect, GuardedEffect, GuardedSubclass, UnguardedEffect } from './effect.js';
import { type Payload, sealCanonical } from './payload.js';
import { assertStepName, type StepKey } from './step-key.js';

/** What a step is given to make its effect known at the boundary: the same whenever the step is tried again. */
export interface StepHandle {
  readonly executionId: string;
  readonly stepKey: StepKey;
  /** 64 lowercase hex digits. */
  readonly idempotencyKey: string;
}

/** Asks the outside world, without changing it, what came of an effect: its result, or undefined when that cannot be told. */
export type ReconcileProbe = (handle: StepHandle) => Promise<CborValue | undefined> | CborValue | undefined;

/** What a step is, apart from what it runs. Only the constructors below make one: all that can be wrong is wrong there. */
export interface StepDescriptor<OfEffect extends Effect = Effect> {
  readonly name: string;
  readonly effect: OfEffect;
  /** The canonical bytes of the input. */
  readonly input: Payload;
  readonly reconcile: ReconcileProbe | undefined;
}

/** A guarded step of a kind that has no default has to say what to do about a window in doubt. Reference B2. */
export class AmbiguityPolicyRequired extends Error {
  readonly code = 'STEPS_AMBIGUITY_POLICY_REQUIRED';
  override readonly name = 'AmbiguityPolicyRequired';
  readonly stepName: string;
  readonly subclass: GuardedSubclass;
  constructor(stepName: string, subclass: GuardedSubclass) {
    super(`step ${stepName} is ${subclass} and needs a policy: skip, fail or rerun`);
    this.stepName = stepName;
    this.subclass = subclass;
  }
}

/**
 * A step that may be tried again at will.
 *
 * @param input - All that the effect depends on; a program that comes with another one is told so. No secrets.
 * @throws InvalidStepName or PayloadRejected
 * @example
 * ```ts
 * import { idempotent, type Workflow } from 'seaworthy';
 *
 * const quote: Workflow = {
 *   name: 'quote',
 *   program: (context, input) => context.step(idempotent('look-up', input), () => 4200),
 * };
 * const { name, effect } = idempotent('look-up', { item: 'anchor' });
 * console.log(quote.name, name, effect.effectClass); // => quote look-up idempotent
 * ```
 */
export function idempotent(name: string, input: CborValue): StepDescriptor<UnguardedEffect> {
  return describe(name, { effectClass: 'idempotent' }, input, undefined);
}

/** A step that the outside world may see twice. As {@link idempotent} otherwise. */
export function atLeastOnce(name: string, input: CborValue): StepDescriptor<UnguardedEffect> {
  return describe(name, { effectClass: 'at_least_once' }, input, undefined);
}

/**
 * A step whose intent is durable before it acts, and whose window in doubt is resolved by a policy.
 *
 * @param onAmbiguous - Undefined stands for `skip`, and only with `cost_bearing_or_boundary_idempotent`.
 * @param reconcile - For `skip`: asked for the result before the effect is taken as done.
 * @throws InvalidStepName, PayloadRejected or {@link AmbiguityPolicyRequired}
 * @example
 * ```ts
 * import { exactlyOnceGuarded } from 'seaworthy';
 *
 * // The bank does nothing twice under one idempotency key, so what is in doubt is run again under the same one.
 * const pay = exactlyOnceGuarded('pay', 'money_moving', 'rerun', { order: 7, cents: 4200 });
 * console.log(pay.effect.onAmbiguous); // => rerun
 *
 * // The warehouse knows no keys: what is in doubt is not run again, and the warehouse is asked what it has done.
 * const pack = exactlyOnceGuarded('pack', 'custom', 'skip', { order: 7 }, () => 'packed already');
 * console.log(pack.effect.onAmbiguous); // => skip
 * ```
 */
export function exactlyOnceGuarded(
  name: string,
  subclass: 'cost_bearing_or_boundary_idempotent',
  onAmbiguous: undefined,
  input: CborValue,
  reconcile?: ReconcileProbe,
): StepDescriptor<GuardedEffect<'skip'>>;
export function exactlyOnceGuarded<const Policy extends AmbiguityPolicy>(
  name: string,
  subclass: GuardedSubclass,
  onAmbiguous: Policy | undefined,
  input: CborValue,
  reconcile?: Policy extends 'skip' ? ReconcileProbe : undefined,
): StepDescriptor<GuardedEffect<Policy>>;
export function exactlyOnceGuarded(
  name: string,
  subclass: GuardedSubclass,
  onAmbiguous: AmbiguityPolicy | undefined,
  input: CborValue,
  reconcile?: ReconcileProbe,
): StepDescriptor<GuardedEffect> {
  const policy = onAmbiguous ?? defaultPolicy(name, subclass);
  const effect = { effectClass: 'exactly_once_guarded', subclass, onAmbiguous: policy } as const;
  return describe(name, effect, input, reconcile);
}

function defaultPolicy(name: string, subclass: GuardedSubclass): AmbiguityPolicy {
  if (subclass === 'cost_bearing_or_boundary_idempotent') return 'skip';
  throw new AmbiguityPolicyRequired(name, subclass);
}

function describe<OfEffect extends Effect>(
  name: string,
  effect: OfEffect,
  input: CborValue,
  reconcile: ReconcileProbe | undefined,
): StepDescriptor<OfEffect> {
  assertStepName(name);
  return { name, effect, input: sealCanonical(input, `input of step ${name}`), reconcile };
}
