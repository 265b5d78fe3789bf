import type { CborValue } from '../../src/codec/cbor.js';
import { decodeEntry } from '../../src/sagas/entry-codec.js';
import type { Fact } from '../oracles/facts.js';

/** What an entry of the sagas room says, for the oracles. */
export function tellSagas(value: CborValue, node: string): readonly Fact[] {
  const entry = decodeEntry(value);
  const { sagaId: saga } = entry;
  switch (entry.kind) {
    case 'saga_begun': {
      const { sessionId: session, name, inputDigest, steps } = entry;
      const terms = `${name} ${inputDigest}`;
      return [{ kind: 'log.saga-begun', node, saga, session, terms, steps: steps.join(' ') }];
    }
    case 'step_tried':
      return [{ kind: 'log.saga-step', node, saga, step: entry.step, standing: 'tried' }];
    case 'step_done':
      return [{ kind: 'log.saga-step', node, saga, step: entry.step, standing: 'done' }];
    case 'step_failed':
      return [{ kind: 'log.saga-step', node, saga, step: entry.step, standing: 'failed' }];
    case 'cancel_requested':
      return [];
    case 'turned_back':
      return [{ kind: 'log.saga-turned', node, saga }];
    case 'compensation_tried':
      return [{ kind: 'log.saga-step', node, saga, step: entry.step, standing: 'compensating' }];
    case 'compensation_done':
      return [{ kind: 'log.saga-step', node, saga, step: entry.step, standing: 'compensated' }];
    case 'saga_ended':
      return [{ kind: 'log.saga-ended', node, saga, outcome: entry.outcome }];
    case 'saga_forgotten':
      return [{ kind: 'log.saga-forgotten', node, saga }];
  }
}
