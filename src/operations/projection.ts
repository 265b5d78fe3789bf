import type { Projection } from '../log/projection.js';
import { applyEntry } from './apply.js';
import type { OperationsCommand } from './command.js';
import { decide } from './decide.js';
import type { OperationsEntry } from './entry.js';
import { decodeEntry, encodeEntry } from './entry-codec.js';
import { assertLimits, type OperationsLimits } from './limits.js';
import type { OperationsRefusal } from './refusal.js';
import { capture, restore } from './snapshot.js';
import { initialState, type OperationsState } from './state.js';

/**
 * The registry of operations: what was begun, how it stands, how it ended, and who was told. Design 2 and 3.1; reference
 * meerkat-zeph part A.
 *
 * The limits are looked at when something is decided, never when it is folded: a log folds to the same state under any limits.
 *
 * @throws InvalidLimit
 */
export function operationsProjection(
  limits: OperationsLimits,
): Projection<OperationsState, OperationsCommand, OperationsEntry, OperationsRefusal> {
  assertLimits(limits);
  return {
    name: 'operations',
    initial: initialState,
    decide: (state, command) => decide(limits, state, command),
    apply: applyEntry,
    encodeEntry,
    decodeEntry,
    capture,
    restore,
  };
}
