/**
 * Why the ledger said no. Nothing was recorded.
 *
 * | code | meaning |
 * |---|---|
 * | `LEDGER_CONFLICT` | the id stands for an operation of another session, workflow or input |
 * | `LEDGER_FULL` | too many operations are open: come again when some have ended |
 * | `LEDGER_UNKNOWN_OPERATION` | the operation was never admitted, or was forgotten long after its end |
 * | `LEDGER_FOREIGN_OPERATION` | it belongs to another session |
 * | `LEDGER_ENTOMBED` | it has ended, so long ago that nobody knows exactly how |
 * | `LEDGER_INVALID_COMMAND` | the command cannot be meant |
 */
export type LedgerRefusal =
  OperationConflict | LedgerFull | UnknownOperation | ForeignOperation | Entombed | InvalidLedgerCommand;

/** One id stands for one operation, for as long as it is known. */
export class OperationConflict extends Error {
  readonly code = 'LEDGER_CONFLICT';
  override readonly name = 'OperationConflict';
  readonly differs: 'session' | 'workflow' | 'input';
  constructor(operationId: string, differs: OperationConflict['differs']) {
    super(`operation \`${operationId}\` was admitted with another ${differs}`);
    this.differs = differs;
  }
}

export class LedgerFull extends Error {
  readonly code = 'LEDGER_FULL';
  override readonly name = 'LedgerFull';
  constructor(openMax: number) {
    super(`${openMax} operations are open`);
  }
}

export class UnknownOperation extends Error {
  readonly code = 'LEDGER_UNKNOWN_OPERATION';
  override readonly name = 'UnknownOperation';
  constructor(operationId: string) {
    super(`operation \`${operationId}\` is not known`);
  }
}

export class ForeignOperation extends Error {
  readonly code = 'LEDGER_FOREIGN_OPERATION';
  override readonly name = 'ForeignOperation';
  constructor(operationId: string, sessionId: string) {
    super(`operation \`${operationId}\` is not of session \`${sessionId}\``);
  }
}

export class Entombed extends Error {
  readonly code = 'LEDGER_ENTOMBED';
  override readonly name = 'Entombed';
  constructor(operationId: string, outcome: string) {
    super(`operation \`${operationId}\` was ${outcome} long ago, and no more is known of it`);
  }
}

export class InvalidLedgerCommand extends Error {
  readonly code = 'LEDGER_INVALID_COMMAND';
  override readonly name = 'InvalidLedgerCommand';
  constructor(command: string, fault: string) {
    super(`${command}: ${fault}`);
  }
}
