import type { AdmittedOperation, CommitFact, LedgerStanding, SettlementTombstone } from './authority.js';
import type { LedgerEntry } from './ledger-entry.js';

/** How an operation ended, and what it was. */
export interface SettledOperation {
  readonly fact: CommitFact;
  readonly workflow: string;
  readonly inputDigest: string;
}

/** What the ledger knows: the fold of its entries. An id is in one of the three at most. */
export interface LedgerState {
  /** By id, the first admitted first. */
  readonly open: Map<string, AdmittedOperation>;
  /** By id, the first settled first. */
  readonly settled: Map<string, SettledOperation>;
  /** By id, the first settled first: all of them before those of `settled`. */
  readonly tombstones: Map<string, SettlementTombstone>;
}

/** The log holds an entry that cannot follow what comes before it, or a snapshot what no log can lead to. */
export class LedgerLogCorrupt extends Error {
  readonly code = 'LEDGER_LOG_CORRUPT';
  override readonly name = 'LedgerLogCorrupt';
  readonly operationId: string;
  constructor(operationId: string, reason: string) {
    super(`ledger is corrupt at \`${operationId}\`: ${reason}`);
    this.operationId = operationId;
  }
}

export function emptyLedger(): LedgerState {
  return { open: new Map(), settled: new Map(), tombstones: new Map() };
}

/** @throws {@link LedgerLogCorrupt} on an entry that cannot have been decided. */
export function applyEntry(state: LedgerState, entry: LedgerEntry): void {
  const { open, settled, tombstones } = state;
  switch (entry.kind) {
    case 'admitted': {
      const { operationId } = entry.operation;
      if (termsOf(state, operationId) !== undefined)
        throw new LedgerLogCorrupt(operationId, 'admitted twice');
      open.set(operationId, entry.operation);
      return;
    }
    case 'settled': {
      const { operationId, generation, settlement } = entry;
      const operation = open.get(operationId);
      if (operation === undefined) throw new LedgerLogCorrupt(operationId, 'settled, and not open');
      const { sessionId, workflow, inputDigest } = operation;
      open.delete(operationId);
      settled.set(operationId, {
        fact: { operationId, sessionId, generation, settlement },
        workflow,
        inputDigest,
      });
      return;
    }
    case 'entombed': {
      const { operationId } = entry;
      const operation = settled.get(operationId);
      if (operation === undefined) throw new LedgerLogCorrupt(operationId, 'entombed, and not settled');
      settled.delete(operationId);
      tombstones.set(operationId, tombstoneOf(operation));
      return;
    }
    case 'forgotten':
      if (!tombstones.delete(entry.operationId)) {
        throw new LedgerLogCorrupt(entry.operationId, 'forgotten without a tombstone');
      }
  }
}

function tombstoneOf({ fact, workflow, inputDigest }: SettledOperation): SettlementTombstone {
  const { operationId, sessionId, generation, settlement } = fact;
  return { operationId, sessionId, workflow, inputDigest, generation, outcome: settlement.outcome };
}

/** What an id stands for, in whichever way it is known. */
export type OperationTerms = Pick<AdmittedOperation, 'sessionId' | 'workflow' | 'inputDigest'>;

export function termsOf(state: LedgerState, operationId: string): OperationTerms | undefined {
  const settled = state.settled.get(operationId);
  if (settled !== undefined) {
    const { fact, workflow, inputDigest } = settled;
    return { sessionId: fact.sessionId, workflow, inputDigest };
  }
  return state.open.get(operationId) ?? state.tombstones.get(operationId);
}

export function standingOf(state: LedgerState, operationId: string): LedgerStanding {
  const operation = state.open.get(operationId);
  if (operation !== undefined) return { kind: 'open', operation };
  const settled = state.settled.get(operationId);
  if (settled !== undefined) return { kind: 'settled', fact: settled.fact };
  const tombstone = state.tombstones.get(operationId);
  return tombstone === undefined ? { kind: 'unknown' } : { kind: 'entombed', tombstone };
}

/** What is open of a session, in the order of ids. */
export function openOf(state: LedgerState, sessionId: string): readonly AdmittedOperation[] {
  return [...state.open.values()]
    .filter((operation) => operation.sessionId === sessionId)
    .sort((one, other) => (one.operationId < other.operationId ? -1 : 1));
}
