import { decode, encode, encodeCanonical } from '../../src/codec/cbor.js';
import { readArray, readText } from '../../src/codec/shape.js';
import type { Computation } from '../../src/remote/computation.js';
import { ComputationFailed, type ComputationHandler } from '../../src/remote/computation-registry.js';
import { DefiniteFailure } from '../../src/steps/step-errors.js';
import type { Life } from '../kernel/process.js';
import type { Outside } from './outside.js';

/** What workflows have the store of a fleet do: something outside. */
export const orderComputation: Computation = { kind: 'custom', name: 'order' };

const slowMsMax = 2500;

/** For which step of which operation it is. */
interface Order {
  readonly operation: string;
  readonly step: string;
}

/** Canonical, so that the same order has the same bytes. */
export function encodeOrder({ operation, step }: Order): Uint8Array {
  return encodeCanonical([operation, step]);
}

function decodeOrder(input: Uint8Array): Order {
  const [operation, step] = readArray(decode(input), 'order');
  return { operation: readText(operation, 'order[0]'), step: readText(step, 'order[1]') };
}

/** The handler of orders at the store: acts on the outside, under the key of the request. */
export function orderHandler(life: Life, outside: Outside): ComputationHandler {
  return async (input, { key }) => {
    const { operation, step } = decodeOrder(input);
    const { tape } = life.process.simulation;
    // So slow now and then that the lease of who asked is over, or that he asks again meanwhile.
    if (tape.chance('order.is-slow', 1, 8)) await life.sleep(tape.draw('order.takes', slowMsMax));
    const request = { operation, run: 0, step, deed: step, key, guarded: false, provider: 'dedup' } as const;
    try {
      return encode(await outside.ask(life, request));
    } catch (error) {
      if (error instanceof DefiniteFailure) throw new ComputationFailed('REFUSED', error.message);
      throw error;
    }
  };
}
