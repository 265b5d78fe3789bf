import type { Projection } from '../log/projection.js';
import { applyEntry } from './apply.js';
import type { SessionsCommand } from './command.js';
import { decide } from './decide.js';
import type { SessionsEntry } from './entry.js';
import { decodeEntry, encodeEntry } from './entry-codec.js';
import { assertLimits, type SessionsLimits } from './limits.js';
import type { SessionsRefusal } from './refusal.js';
import { capture, restore } from './snapshot.js';
import { initialState, type SessionsState } from './state.js';

/**
 * What the roles of sessions have sent and received, and what they may do next. Reference telltale 3.5 and 5.3.
 *
 * The limits are looked at when something is decided, never when it is folded: a log folds to the same state under any limits.
 *
 * @throws InvalidLimit
 */
export function sessionsProjection(
  limits: SessionsLimits,
): Projection<SessionsState, SessionsCommand, SessionsEntry, SessionsRefusal> {
  assertLimits(limits);
  return {
    name: 'sessions',
    initial: initialState,
    decide: (state, command) => decide(limits, state, command),
    apply: applyEntry,
    encodeEntry,
    decodeEntry,
    capture,
    restore,
  };
}
