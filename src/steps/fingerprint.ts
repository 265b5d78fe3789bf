import { digestHex } from '../codec/digest.js';
import { derivedKey } from './derived-key.js';
import type { StepDescriptor } from './descriptor.js';
import { framed } from './framing.js';
import type { StepKey } from './step-key.js';

/**
 * What a step has to agree in with what is journaled under its key: name, class, subclass, policy and input. Reference Z10.
 *
 * @returns 64 lowercase hex digits, as all below.
 */
export function stepFingerprint({ name, effect, input }: StepDescriptor): string {
  const guard =
    effect.effectClass === 'exactly_once_guarded' ? [effect.subclass, effect.onAmbiguous] : ['', ''];
  return digestHex(framed(['step', name, effect.effectClass, ...guard, input]));
}

export function promiseFingerprint(name: string): string {
  return digestHex(framed(['promise', name]));
}

/**
 * @param span - How long the program wants to sleep, in milliseconds. A due time is no part of it: what counts is the one that is
 *   stored, and a program may come with another one. Reference Z11.
 */
export function timerFingerprint(name: string, span: number | 'until'): string {
  return digestHex(framed(['timer', name, String(span)]));
}

/**
 * The same for every try of one logical step: it depends on neither the attempt, nor an owner's generation, nor time, nor the policy.
 * Mutant K1.
 */
export function idempotencyKey(
  executionId: string,
  key: StepKey,
  { name, effect, input }: StepDescriptor,
): string {
  return derivedKey('idempotency-key', [executionId, key, framed([name, effect.effectClass, input])]);
}
