import type { Projection } from '../log/projection.js';
import { applyEntry } from './apply.js';
import type { OwnershipCommand } from './command.js';
import { decide } from './decide.js';
import type { OwnershipEntry } from './entry.js';
import { decodeEntry, encodeEntry } from './entry-codec.js';
import { assertLimits, type OwnershipLimits } from './limits.js';
import type { OwnershipRefusal } from './refusal.js';
import { capture, restore } from './snapshot.js';
import { initialState, type OwnershipState } from './state.js';

/**
 * Who may act for which session, in which generation and until when; and the audit of all that. Design 3.2 and 3.9; reference telltale 3
 * and 5.3.
 *
 * The limits are looked at when something is decided, never when it is folded: a log folds to the same state under any limits.
 *
 * @throws InvalidLimit
 */
export function ownershipProjection(
  limits: OwnershipLimits,
): Projection<OwnershipState, OwnershipCommand, OwnershipEntry, OwnershipRefusal> {
  assertLimits(limits);
  return {
    name: 'ownership',
    initial: initialState,
    decide: (state, command) => decide(limits, state, command),
    apply: applyEntry,
    encodeEntry,
    decodeEntry,
    capture,
    restore,
  };
}
