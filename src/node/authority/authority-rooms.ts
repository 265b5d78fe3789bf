import type { OwnershipCommand } from '../../ownership/command.js';
import type { OwnershipEntry } from '../../ownership/entry.js';
import type { OwnershipRefusal } from '../../ownership/refusal.js';
import type { OwnershipState } from '../../ownership/state.js';
import type { SessionsCommand } from '../../sessions/command.js';
import type { SessionsEntry } from '../../sessions/entry.js';
import type { SessionsRefusal } from '../../sessions/refusal.js';
import type { SessionsState } from '../../sessions/state.js';
import type { Room } from '../room.js';
import type { LedgerCommand } from './ledger-command.js';
import type { LedgerEntry } from './ledger-entry.js';
import type { LedgerRefusal } from './ledger-refusal.js';
import type { LedgerState } from './ledger-state.js';

/** The rooms of an authority, folded from one log. */
export interface AuthorityRooms {
  readonly ownership: Room<OwnershipState, OwnershipCommand, OwnershipEntry, OwnershipRefusal>;
  readonly ledger: Room<LedgerState, LedgerCommand, LedgerEntry, LedgerRefusal>;
  readonly sessions: Room<SessionsState, SessionsCommand, SessionsEntry, SessionsRefusal>;
}
