import type { Projection } from '../../log/projection.js';
import type { LedgerCommand } from './ledger-command.js';
import { decide } from './ledger-decide.js';
import { decodeEntry, encodeEntry, type LedgerEntry } from './ledger-entry.js';
import { assertLedgerLimits, type LedgerLimits } from './ledger-limits.js';
import type { LedgerRefusal } from './ledger-refusal.js';
import { capture, restore } from './ledger-snapshot.js';
import { applyEntry, emptyLedger, type LedgerState } from './ledger-state.js';

/**
 * Which operations the fleet has taken on, and how each of them ended, once and for all. Design 3, points 1, 7 and 8.
 *
 * @throws InvalidLedgerLimit
 */
export function ledgerProjection(
  limits: LedgerLimits,
): Projection<LedgerState, LedgerCommand, LedgerEntry, LedgerRefusal> {
  assertLedgerLimits(limits);
  return {
    name: 'ledger',
    initial: emptyLedger,
    decide: (state, command) => decide(limits, state, command),
    apply: applyEntry,
    encodeEntry,
    decodeEntry,
    capture,
    restore,
  };
}
