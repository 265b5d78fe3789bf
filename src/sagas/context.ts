import { decode } from '../codec/cbor.js';
import type { CborValue } from '../codec/cbor-value.js';
import type { SagaContext } from './definition.js';
import { holderOf, sagaKey } from './keys.js';
import type { Saga } from './saga.js';

/** What one try of a step, or of its compensation, is given. */
export function contextOf(
  saga: Saga,
  {
    way,
    step,
    attempt,
    signal,
  }: Pick<SagaContext, 'attempt' | 'signal'> & {
    readonly way: 'perform' | 'compensate';
    readonly step: string;
  },
): SagaContext {
  const { sagaId, sessionId, input } = saga;
  const results = new Map<string, CborValue>();
  for (const [index, { progress }] of saga.records.entries()) {
    const done = saga.steps[index];
    if (done !== undefined && progress.kind === 'done') results.set(done, decode(progress.result));
  }
  const key = sagaKey(saga, way, step);
  return { sagaId, sessionId, input: decode(input), key, holder: holderOf(saga), attempt, results, signal };
}
