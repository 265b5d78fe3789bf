import type { CborValue } from '../codec/cbor.js';
import type { ResolvePromiseCommand } from './command.js';
import { derivedKey } from './derived-key.js';
import { sealPayload } from './payload.js';
import type { StepKey } from './step-key.js';

/** How many random bytes a token has. In text they are twice as many hex digits. */
export const tokenBytes = 32;

/** All that the journal knows of a token. It is bound to its promise, so that it is worth nothing for another. Reference INV-9. */
export function promiseTokenDigest(executionId: string, stepKey: StepKey, token: string): string {
  return derivedKey('promise resolver-token', [executionId, stepKey, token]);
}

/** What somebody who holds a token asks of the steps room. @throws PayloadRejected */
export function resolvePromise(
  executionId: string,
  stepKey: StepKey,
  token: string,
  value: CborValue,
): ResolvePromiseCommand {
  return {
    kind: 'resolve_promise',
    executionId,
    stepKey,
    tokenDigest: promiseTokenDigest(executionId, stepKey, token),
    payload: sealPayload(value, `value of ${stepKey}`),
  };
}
