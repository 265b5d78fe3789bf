import type { AdmittedOperation } from './authority.js';
import { type LedgerState, openOf } from './ledger-state.js';

/** Inputs of more bytes than this are not told together: a page has to fit into a message. */
export const pageInputBytesMax = 524_288;

/** So many operations are on one page at most. */
export const pageOperationsMax = 256;

/** What is open of a session from after an id, in the order of ids: at most `limit`, and one at least if there is one. */
export function pageOfOpen(
  state: LedgerState,
  sessionId: string,
  afterOperationId: string,
  limit: number,
): readonly AdmittedOperation[] {
  const after = openOf(state, sessionId).filter(({ operationId }) => operationId > afterOperationId);
  const page: AdmittedOperation[] = [];
  let bytes = 0;
  for (const operation of after.slice(0, Math.min(limit, pageOperationsMax))) {
    bytes += operation.input.length;
    if (page.length > 0 && bytes > pageInputBytesMax) break;
    page.push(operation);
  }
  return page;
}
