import type { AuthorityRefused } from '../authority/authority.js';
import { workerNameOf } from './lives.js';

/** Another worker owns the session: ask there. */
export class NotOwner extends Error {
  readonly code = 'WORKER_NOT_OWNER';
  override readonly name = 'NotOwner';
  readonly sessionId: string;
  /** One life of one worker. */
  readonly ownerId: string;
  readonly workerName: string;
  constructor(sessionId: string, ownerId: string) {
    super(`session \`${sessionId}\` is owned by \`${ownerId}\`: ask there`);
    this.sessionId = sessionId;
    this.ownerId = ownerId;
    this.workerName = workerNameOf(ownerId);
  }
}

/** The authority does not let this worker act for the session, and no other one either, or only later. `reason` is its code. */
export class SessionRefused extends Error {
  readonly code = 'WORKER_SESSION_REFUSED';
  override readonly name = 'SessionRefused';
  readonly sessionId: string;
  readonly reason: string;
  constructor(sessionId: string, { code, message }: AuthorityRefused) {
    super(`session \`${sessionId}\`: ${message}`);
    this.sessionId = sessionId;
    this.reason = code;
  }
}

/** The authority does not take up the operation, such as when its id stands for another one. `reason` is its code. */
export class NotAdmitted extends Error {
  readonly code = 'WORKER_NOT_ADMITTED';
  override readonly name = 'NotAdmitted';
  readonly operationId: string;
  readonly reason: string;
  constructor(operationId: string, { code, message }: AuthorityRefused) {
    super(`operation \`${operationId}\`: ${message}`);
    this.operationId = operationId;
    this.reason = code;
  }
}

/** The session was lost before the authority had settled what was to be settled. Whoever owns it now settles it. */
export class SessionLost extends Error {
  readonly code = 'WORKER_SESSION_LOST';
  override readonly name = 'SessionLost';
  readonly sessionId: string;
  constructor(sessionId: string) {
    super(`session \`${sessionId}\` is held no more`);
    this.sessionId = sessionId;
  }
}

/** Whether what was refused is the authority over the session, and not the operation. */
export function isLossOf({ code }: AuthorityRefused): boolean {
  return lossCodes.has(code);
}

const lossCodes: ReadonlySet<string> = new Set([
  'OWNERSHIP_FENCED',
  'OWNERSHIP_UNCLAIMED',
  'OWNERSHIP_TERMINAL',
  'OWNERSHIP_SESSION_NOT_FOUND',
  'OWNERSHIP_CAPABILITY_MISMATCH',
]);
