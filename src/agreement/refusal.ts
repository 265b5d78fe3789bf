import type { RuleProgress } from './rule.js';
import type { AgreementViolation } from './violation.js';

/** Why a command was refused. Nothing was recorded, and the operation is as it was. */
export type AgreementRefusal =
  | UnknownOperation
  | InvalidInput
  | ContractConflict
  | ForeignEvidence
  | UnusableEvidence
  | ForeignState
  | RuleNotMet
  | FinalizationNotAdmissible
  | NotTerminal
  | LimitReached
  | AgreementViolation;

export class UnknownOperation extends Error {
  readonly code = 'AGREEMENT_UNKNOWN_OPERATION';
  override readonly name = 'UnknownOperation';
  readonly operationId: string;
  constructor(operationId: string) {
    super(`agreement operation \`${operationId}\` is not registered`);
    this.operationId = operationId;
  }
}

/** The command cannot be meant: a contract that nothing could ever meet, or a tick that is no tick. */
export class InvalidInput extends Error {
  readonly code = 'AGREEMENT_INVALID_INPUT';
  override readonly name = 'InvalidInput';
  readonly operationId: string;
  readonly reason: string;
  constructor(operationId: string, reason: string) {
    super(`agreement operation \`${operationId}\`: ${reason}`);
    this.operationId = operationId;
    this.reason = reason;
  }
}

/** The operation was registered before, under other terms. */
export class ContractConflict extends Error {
  readonly code = 'AGREEMENT_CONTRACT_CONFLICT';
  override readonly name = 'ContractConflict';
  readonly operationId: string;
  constructor(operationId: string) {
    super(
      `agreement operation \`${operationId}\` is registered under another contract, participants or prestate`,
    );
    this.operationId = operationId;
  }
}

/** Evidence of another operation or session. */
export class ForeignEvidence extends Error {
  readonly code = 'AGREEMENT_FOREIGN_EVIDENCE';
  override readonly name = 'ForeignEvidence';
  readonly operationId: string;
  readonly evidenceId: string;
  readonly field: 'operation_id' | 'session';
  constructor(operationId: string, evidenceId: string, field: 'operation_id' | 'session') {
    super(`evidence \`${evidenceId}\` has another ${field} than agreement operation \`${operationId}\``);
    this.operationId = operationId;
    this.evidenceId = evidenceId;
    this.field = field;
  }
}

/** The evidence that a command leans on was not recorded, or cannot carry it. */
export class UnusableEvidence extends Error {
  readonly code = 'AGREEMENT_UNUSABLE_EVIDENCE';
  override readonly name = 'UnusableEvidence';
  readonly operationId: string;
  readonly evidenceId: string | null;
  constructor(operationId: string, evidenceId: string | null, reason: string) {
    super(
      `agreement operation \`${operationId}\` cannot lean on evidence \`${evidenceId ?? '-'}\`: ${reason}`,
    );
    this.operationId = operationId;
    this.evidenceId = evidenceId;
  }
}

/** The agreement state of a request is not one of the operation's contract. */
export class ForeignState extends Error {
  readonly code = 'AGREEMENT_FOREIGN_STATE';
  override readonly name = 'ForeignState';
  readonly operationId: string;
  readonly field: string;
  constructor(operationId: string, field: string) {
    super(
      `the agreement state has another ${field} than the contract of agreement operation \`${operationId}\``,
    );
    this.operationId = operationId;
    this.field = field;
  }
}

export class RuleNotMet extends Error {
  readonly code = 'AGREEMENT_RULE_NOT_MET';
  override readonly name = 'RuleNotMet';
  readonly operationId: string;
  readonly progress: RuleProgress;
  constructor(operationId: string, progress: RuleProgress) {
    super(
      `agreement operation \`${operationId}\` has ${progress.counted} of ${progress.required} participants that it needs`,
    );
    this.operationId = operationId;
    this.progress = progress;
  }
}

/** The predicate of reference 1.3 does not hold. */
export class FinalizationNotAdmissible extends Error {
  readonly code = 'AGREEMENT_FINALIZATION_NOT_ADMISSIBLE';
  override readonly name = 'FinalizationNotAdmissible';
  readonly operationId: string;
  readonly clause: string;
  constructor(operationId: string, clause: string) {
    super(`agreement operation \`${operationId}\` cannot be finalized: ${clause}`);
    this.operationId = operationId;
    this.clause = clause;
  }
}

export class NotTerminal extends Error {
  readonly code = 'AGREEMENT_NOT_TERMINAL';
  override readonly name = 'NotTerminal';
  readonly operationId: string;
  constructor(operationId: string) {
    super(`agreement operation \`${operationId}\` is not terminal and cannot be forgotten`);
    this.operationId = operationId;
  }
}

/** The operation holds as many entries as one may. */
export class LimitReached extends Error {
  readonly code = 'AGREEMENT_LIMIT_REACHED';
  override readonly name = 'LimitReached';
  readonly operationId: string;
  readonly max: number;
  constructor(operationId: string, max: number) {
    super(`agreement operation \`${operationId}\` holds ${max} entries, as many as it may`);
    this.operationId = operationId;
    this.max = max;
  }
}
