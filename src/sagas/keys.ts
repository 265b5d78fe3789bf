import { utf8ToBytes } from '@noble/hashes/utils.js';
import { deriveKey, type IdempotencyKey, readKey, stepKey } from '../remote/idempotency-key.js';
import type { SagaTerms } from './saga.js';

/** What each step of a saga is known by, and its compensation as something else. No attempt is part of it: mutant K1. */
export function sagaKey(
  { sagaId, runKey }: SagaTerms,
  way: 'perform' | 'compensate',
  step: string,
): IdempotencyKey {
  const flow = readKey(runKey, 'run key');
  return stepKey({ kind: 'step', flow, object: deriveKey(utf8ToBytes(sagaId)), step: `${way} ${step}` });
}

/** The name under which a saga holds things: its own, and not that of a later one with the same id. */
export function holderOf({ sagaId, runKey }: SagaTerms): string {
  return `${sagaId}/${runKey}`;
}
