import type { AgreementWalEntry } from './entry.js';
import { advanceOperation, cloneOperation, holdsEntry, type Operation } from './operation.js';
import { type AgreementRefusal, LimitReached } from './refusal.js';
import { entryViolation } from './violation.js';

/** How many entries one operation may hold before it takes neither evidence nor gate crossings any more. */
export const operationEntriesMax = 4096;

/**
 * A decision in the making: what has been decided so far is seen by what is decided next, and none of it is true before all
 * of it was recorded.
 */
export class Draft {
  readonly operation: Operation;
  readonly entries: AgreementWalEntry[] = [];

  constructor(operation: Operation) {
    this.operation = cloneOperation(operation);
  }

  /** Adds an entry that the rules allow, unless the operation holds it already. */
  record(entry: AgreementWalEntry): AgreementRefusal | undefined {
    const violation = entryViolation(this.operation, entry);
    if (violation !== undefined) return violation;
    if (holdsEntry(this.operation, entry)) return undefined;
    const closes = entry.kind === 'escalation' || entry.kind === 'finalization';
    if (!closes && this.operation.history.length >= operationEntriesMax) {
      return new LimitReached(this.operation.operationId, operationEntriesMax);
    }
    this.entries.push(entry);
    advanceOperation(this.operation, entry);
    return undefined;
  }
}
