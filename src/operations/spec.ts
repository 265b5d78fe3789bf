import type { OperationKind } from './kind.js';

/** Where an operation's work is really done. */
export type OperationSource =
  | { readonly kind: 'session_child'; readonly sessionId: string }
  | { readonly kind: 'backend_peer'; readonly peerId: string; readonly address: string }
  | { readonly kind: 'detached_job'; readonly realmId: string; readonly jobId: string };

/** What an operation is registered as, for good. Reference A1, without the fields that follow from others. */
export interface OperationSpec {
  readonly operationId: string;
  readonly kind: OperationKind;
  /** The session that the operation belongs to, and ends with. */
  readonly ownerSessionId: string;
  readonly displayName: string;
  readonly sourceLabel: string;
  readonly source: OperationSource | null;
}

/** The session that does the work, if one does. It follows from the source, so that the two cannot disagree. */
export function childSessionIdOf({ source }: OperationSpec): string | null {
  return source?.kind === 'session_child' ? source.sessionId : null;
}

/** Why nothing can be registered under this spec; undefined when something can. */
export function specFault(spec: OperationSpec): string | undefined {
  if (spec.operationId === '') return 'the operation id is empty';
  if (spec.ownerSessionId === '') return 'the owner session id is empty';
  if (spec.kind === 'detached_job_wait' && spec.source?.kind !== 'detached_job') {
    return 'a wait for a detached job names no detached job as its source';
  }
  const faulty = namesOf(spec.source).find((name) => !isName(name));
  return faulty === undefined ? undefined : `the source holds ${JSON.stringify(faulty)}, which is no name`;
}

function namesOf(source: OperationSource | null): readonly string[] {
  switch (source?.kind) {
    case undefined:
      return [];
    case 'session_child':
      return [source.sessionId];
    case 'backend_peer':
      return [source.peerId, source.address];
    case 'detached_job':
      return [source.realmId, source.jobId];
  }
}

/** Not empty, no space at either end, no control characters. */
function isName(text: string): boolean {
  return text !== '' && text.trim() === text && !/\p{Cc}/u.test(text);
}
