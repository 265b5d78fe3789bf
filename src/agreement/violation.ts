import {
  type AgreementWalEntry,
  type EscalationEntry,
  type FinalizationEntry,
  operationIdOf,
  type VisibilityGateCrossingEntry,
} from './entry.js';
import { isAtLeast, isDiscarded, isLegalEscalation, levelRank, permitsUse } from './level.js';
import { holdsEntry, type Operation, outcomeOf } from './operation.js';

/**
 * Why an entry may not follow what a log holds already.
 *
 * | code | meaning |
 * |---|---|
 * | `AGREEMENT_REGRESSION` | an escalation to a lower level |
 * | `AGREEMENT_REORDERED` | an escalation that does not start at the level where the last one ended |
 * | `AGREEMENT_ILLEGAL_ESCALATION` | a step that the relation of levels does not have |
 * | `AGREEMENT_AFTER_TERMINAL` | an escalation or new evidence after a terminal outcome |
 * | `AGREEMENT_TERMINAL_CONFLICT` | another terminal outcome than the decided one |
 * | `AGREEMENT_EVIDENCE_CONFLICT` | evidence with a known id and another body |
 * | `AGREEMENT_GATE_CLOSED` | a gate that the operation's level, contract or outcome keeps shut |
 */
export type AgreementViolationCode =
  | 'AGREEMENT_REGRESSION'
  | 'AGREEMENT_REORDERED'
  | 'AGREEMENT_ILLEGAL_ESCALATION'
  | 'AGREEMENT_AFTER_TERMINAL'
  | 'AGREEMENT_TERMINAL_CONFLICT'
  | 'AGREEMENT_EVIDENCE_CONFLICT'
  | 'AGREEMENT_GATE_CLOSED';

/** An entry that breaks the rules of the agreement log. As a refusal: nothing was recorded. In a log: it is not to be trusted. */
export class AgreementViolation extends Error {
  override readonly name = 'AgreementViolation';
  readonly code: AgreementViolationCode;
  readonly operationId: string;
  readonly entry: AgreementWalEntry;
  /** The terminal outcome that was decided for the operation, if any: it stays what it is. */
  readonly decided: FinalizationEntry | undefined;
  constructor(
    code: AgreementViolationCode,
    message: string,
    entry: AgreementWalEntry,
    decided?: FinalizationEntry,
  ) {
    super(message);
    this.code = code;
    this.operationId = operationIdOf(entry);
    this.entry = entry;
    this.decided = decided;
  }
}

/**
 * The rules of the agreement log, one place for all who need them: what is decided, what is replayed, and what is read from an
 * artifact. Returns what is wrong with the entry as the operation's next one.
 *
 * Evidence, outcomes and gate crossings that are held already may come again: logs of the reference repeat them.
 */
export function entryViolation(
  operation: Operation,
  entry: AgreementWalEntry,
): AgreementViolation | undefined {
  switch (entry.kind) {
    case 'escalation':
      return escalationViolation(operation, entry);
    case 'finalization':
      return finalizationViolation(operation, entry);
    case 'visibility_gate_crossing':
      return gateViolation(operation, entry);
    case 'evidence_produced': {
      if (holdsEntry(operation, entry)) return undefined;
      const { evidenceId } = entry.evidence;
      if (operation.evidence.has(evidenceId)) {
        const text = `agreement WAL evidence conflict for \`${operation.operationId}\`: \`${evidenceId}\` has another body`;
        return new AgreementViolation('AGREEMENT_EVIDENCE_CONFLICT', text, entry);
      }
      return afterTerminal(operation, entry);
    }
  }
}

function escalationViolation(operation: Operation, entry: EscalationEntry): AgreementViolation | undefined {
  const { operationId, previousLevel, newLevel } = entry;
  const step = `${previousLevel} -> ${newLevel}`;
  if (levelRank(newLevel) < levelRank(previousLevel)) {
    const text = `agreement WAL regression for \`${operationId}\`: ${step}`;
    return new AgreementViolation('AGREEMENT_REGRESSION', text, entry, operation.finalization);
  }
  const late = afterTerminal(operation, entry);
  if (late !== undefined) return late;
  if (previousLevel !== operation.level && !opensTail(operation, entry)) {
    const place = `last=${operation.level}, entry=${previousLevel}->${newLevel}`;
    const text = `agreement WAL reordered or regressed for \`${operationId}\`: ${place}`;
    return new AgreementViolation('AGREEMENT_REORDERED', text, entry);
  }
  if (!isLegalEscalation(previousLevel, newLevel)) {
    const text = `agreement WAL illegal escalation for \`${operationId}\`: ${step}`;
    return new AgreementViolation('AGREEMENT_ILLEGAL_ESCALATION', text, entry);
  }
  return undefined;
}

/**
 * An artifact may begin in the middle of an operation, whose level is then first told by an escalation. Never so in a log of
 * this engine, which begins every operation with its registration.
 */
function opensTail(operation: Operation, entry: EscalationEntry): boolean {
  const isFirst = !operation.history.some((held) => held.kind === 'escalation');
  return operation.registration === undefined && isFirst && isAtLeast(entry.previousLevel, operation.level);
}

function finalizationViolation(
  operation: Operation,
  entry: FinalizationEntry,
): AgreementViolation | undefined {
  if (holdsEntry(operation, entry)) return undefined;
  // A level of finalized is an outcome as well, even when its finalization is still to come.
  const decided = outcomeOf(operation) ?? (operation.level === 'finalized' ? 'finalized' : null);
  if (operation.finalization === undefined && (decided === null || decided === entry.outcome))
    return undefined;
  const text = `agreement WAL terminal conflict for \`${entry.operationId}\`: decided=${decided}, entry=${entry.outcome}`;
  return new AgreementViolation('AGREEMENT_TERMINAL_CONFLICT', text, entry, operation.finalization);
}

function gateViolation(
  operation: Operation,
  entry: VisibilityGateCrossingEntry,
): AgreementViolation | undefined {
  const reason = shutGate(operation, entry);
  if (reason === undefined) return undefined;
  const text = `agreement WAL gate closed for \`${entry.operationId}\`: gate=${entry.gateLevel}, ${reason}`;
  return new AgreementViolation('AGREEMENT_GATE_CLOSED', text, entry, operation.finalization);
}

function shutGate(operation: Operation, entry: VisibilityGateCrossingEntry): string | undefined {
  const { level, registration } = operation;
  const outcome = outcomeOf(operation);
  if (isDiscarded(outcome)) return `outcome=${outcome}`;
  if (!isAtLeast(level, entry.gateLevel)) return `level=${level}`;
  if (registration === undefined) return undefined;
  const { usableAt, visibility } = registration.contract;
  if (!isAtLeast(level, usableAt)) return `level=${level}, usable_at=${usableAt}`;
  if (!permitsUse(visibility, level)) return `level=${level}, visibility=${visibility}`;
  return undefined;
}

function afterTerminal(operation: Operation, entry: AgreementWalEntry): AgreementViolation | undefined {
  const decided = operation.finalization;
  if (decided === undefined) return undefined;
  const text = `agreement WAL entry after terminal for \`${operation.operationId}\`: decided=${decided.outcome}, entry=${entry.kind}`;
  return new AgreementViolation('AGREEMENT_AFTER_TERMINAL', text, entry, decided);
}
