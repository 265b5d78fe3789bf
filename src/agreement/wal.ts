import { type AgreementEntry, type AgreementWalEntry, isWalEntry, operationIdOf } from './entry.js';
import { beginOperation, cloneOperation } from './operation.js';
import { advanceByRules, applyEntry, type Operations } from './state.js';

/** An entry with its place in the log. */
export interface PlacedEntry {
  readonly lsn: number;
  readonly entry: AgreementEntry;
}

/**
 * Checks a whole agreement WAL, as an artifact holds it or as recovery found it, against the rules that decide what is
 * recorded, and folds it.
 *
 * An artifact holds no registrations, and may be the tail of a log: an operation that is neither in `known` nor registered by
 * the entries is at none until its first escalation, which may start at any level.
 *
 * @param known - The operations before the first entry. They are left as they are.
 * @returns All operations after the last entry: those of `known`, too.
 * @throws AgreementViolation or AgreementLogCorrupt at the first entry that breaks a rule.
 */
export function validateEntries(
  entries: readonly AgreementEntry[],
  known: Operations = new Map(),
): Operations {
  const operations: Operations = new Map(
    [...known].map(([id, operation]) => [id, cloneOperation(operation)]),
  );
  for (const entry of entries) {
    const operationId = operationIdOf(entry);
    const operation = operations.get(operationId);
    if (operation !== undefined || !isWalEntry(entry)) {
      applyEntry(operations, entry);
      continue;
    }
    const begun = beginOperation(operationId);
    advanceByRules(begun, entry);
    operations.set(operationId, begun);
  }
  return operations;
}

/** The entries after a position, in order. By LSN, never by tick: what shares a tick with a checkpoint is not lost. */
export function readSince(log: Iterable<PlacedEntry>, lsn: number): PlacedEntry[] {
  return [...log].filter((placed) => placed.lsn > lsn);
}

/** The entries of an artifact whose tick is strictly greater, in their order. Artifacts know no LSNs. */
export function readSinceTick(entries: readonly AgreementWalEntry[], tick: number): AgreementWalEntry[] {
  return entries.filter((entry) => entry.tick > tick);
}
