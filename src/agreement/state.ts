import { type AgreementEntry, type AgreementWalEntry, isWalEntry, operationIdOf } from './entry.js';
import { advanceOperation, holdsEntry, type Operation, registeredOperation } from './operation.js';
import { entryViolation } from './violation.js';

/** All operations of a node that were not forgotten, by id. */
export type Operations = Map<string, Operation>;

/** What the agreement room knows: the fold of its entries. */
export interface AgreementRoomState {
  readonly operations: Operations;
  /** The LSN of the last entry that was applied; 0 when none was. */
  lastLsn: number;
}

/** The log holds an entry that cannot follow what comes before it, whichever operation it is about. */
export class AgreementLogCorrupt extends Error {
  readonly code = 'AGREEMENT_LOG_CORRUPT';
  override readonly name = 'AgreementLogCorrupt';
  readonly operationId: string;
  constructor(operationId: string, reason: string) {
    super(`agreement log is corrupt at \`${operationId}\`: ${reason}`);
    this.operationId = operationId;
  }
}

/**
 * Takes one entry into a complete history: each operation in it begins with its registration.
 *
 * @throws {@link AgreementLogCorrupt} or AgreementViolation on an entry that cannot have been decided.
 */
export function applyEntry(operations: Operations, entry: AgreementEntry): void {
  const known = operations.get(operationIdOf(entry));
  if (isWalEntry(entry)) {
    if (known === undefined) throw new AgreementLogCorrupt(operationIdOf(entry), 'never registered');
    advanceByRules(known, entry);
    return;
  }
  if (entry.kind === 'contract_registered') {
    const operation = registeredOperation(entry);
    if (known !== undefined) throw new AgreementLogCorrupt(operation.operationId, 'registered twice');
    operations.set(operation.operationId, operation);
    return;
  }
  if (known?.finalization === undefined) {
    throw new AgreementLogCorrupt(entry.operationId, 'forgotten before it was terminal');
  }
  operations.delete(entry.operationId);
}

/** Takes an entry into its operation, unless it is held already. @throws AgreementViolation when the rules forbid it. */
export function advanceByRules(operation: Operation, entry: AgreementWalEntry): void {
  const violation = entryViolation(operation, entry);
  if (violation !== undefined) throw violation;
  if (!holdsEntry(operation, entry)) advanceOperation(operation, entry);
}
