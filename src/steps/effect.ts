/**
 * What may happen to the outside world when a step is tried again. Reference B2; the texts are the reference's.
 *
 * - `idempotent`: tried again at will; pure steps are of this class too
 * - `at_least_once`: tried again, and the outside world may see it twice
 * - `exactly_once_guarded`: its intent is durable before it acts, and a window in doubt is resolved by a policy
 */
export const effectClasses = ['idempotent', 'at_least_once', 'exactly_once_guarded'] as const;
export type EffectClass = (typeof effectClasses)[number];

/** What a guarded effect does, which says whether a policy may be left out. Only the first has a default: `skip`. */
export const guardedSubclasses = [
  'cost_bearing_or_boundary_idempotent',
  'destructive',
  'security_relevant',
  'money_moving',
  'custom',
] as const;
export type GuardedSubclass = (typeof guardedSubclasses)[number];

/**
 * What to do about a guarded effect whose intent is durable and whose outcome is not.
 *
 * - `skip`: take it as done. It does not run again; a reconcile probe may tell what came of it.
 * - `fail`: tell the program, for somebody to look at.
 * - `rerun`: take it as not done, and run it again under the same idempotency key.
 */
export const ambiguityPolicies = ['skip', 'fail', 'rerun'] as const;
export type AmbiguityPolicy = (typeof ambiguityPolicies)[number];

/** The policies that leave nothing to run. */
export const resolvingPolicies = ['skip', 'fail'] as const satisfies readonly AmbiguityPolicy[];
export type ResolvingPolicy = (typeof resolvingPolicies)[number];

/** What a policy comes to when nothing runs any more. */
export function withoutRunning(policy: AmbiguityPolicy): ResolvingPolicy {
  return policy === 'rerun' ? 'fail' : policy;
}

export interface UnguardedEffect {
  readonly effectClass: 'idempotent' | 'at_least_once';
}

export interface GuardedEffect<Policy extends AmbiguityPolicy = AmbiguityPolicy> {
  readonly effectClass: 'exactly_once_guarded';
  readonly subclass: GuardedSubclass;
  readonly onAmbiguous: Policy;
}

/** The class of a step's effect and, for a guarded one, what is recorded with its intent. */
export type Effect = UnguardedEffect | GuardedEffect;
