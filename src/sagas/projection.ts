import type { Projection } from '../log/projection.js';
import type { SagaCommand } from './command.js';
import { decide } from './decide.js';
import { decodeEntry, encodeEntry } from './entry-codec.js';
import type { SagaEntry } from './entry.js';
import { assertSagaLimit, type SagaLimits } from './limits.js';
import type { SagaRefusal } from './refusal.js';
import { capture, restore } from './snapshot.js';
import { applyEntry, emptyState, type SagasState } from './state.js';

/**
 * How far each flow has come that must be wholly done or wholly undone: every step and every compensation, before it is tried and when
 * it has come to something. Design section 3, last paragraph.
 *
 * @throws InvalidSagaLimit
 */
export function sagasProjection(
  limits: SagaLimits,
): Projection<SagasState, SagaCommand, SagaEntry, SagaRefusal> {
  assertSagaLimit('openMax', limits.openMax);
  assertSagaLimit('endedMax', limits.endedMax);
  return {
    name: 'sagas',
    initial: emptyState,
    decide: (state, command) => decide(state, command, limits),
    apply: applyEntry,
    encodeEntry,
    decodeEntry,
    capture,
    restore,
  };
}
