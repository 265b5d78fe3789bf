import type { AdmittedOperation, Settlement } from './authority.js';

/** What may be asked of the ledger. Whether somebody may ask is for ownership, in the same batch. */
export type LedgerCommand = AdmitCommand | SettleCommand | AbortOpenCommand;

/** Makes an operation known. The same once more changes nothing. */
export interface AdmitCommand {
  readonly kind: 'admit';
  readonly operation: AdmittedOperation;
  /** In whose name it is admitted: that of the operation's own session, or it is refused. */
  readonly sessionId: string;
}

/** Ends an operation; the first end stands, and each later one, the same or another, changes nothing. */
export interface SettleCommand {
  readonly kind: 'settle';
  readonly operationId: string;
  /** In whose name it is settled: that of the operation's own session, or it is refused. */
  readonly sessionId: string;
  readonly generation: number;
  readonly settlement: Settlement;
}

/** Aborts what is open of a session that nobody will own again; `abortedAtOnceMax` operations at most. */
export interface AbortOpenCommand {
  readonly kind: 'abort_open';
  readonly sessionId: string;
  /** The last one that the session had. */
  readonly generation: number;
  readonly reason: string;
}
