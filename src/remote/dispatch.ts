import type { Asker } from '../requests/ask.js';
import type { NodeName } from '../runtime/network.js';
import { decodeExecuteAnswer } from './execute-answer.js';
import { encodeExecuteRequest } from './execute-request.js';
import type { Dispatch } from './executor.js';

/** Dispatches to a store over the network. */
export function dispatchTo(store: NodeName, asker: Asker): Dispatch {
  return async (request, terms) =>
    decodeExecuteAnswer(await asker.ask(store, encodeExecuteRequest(request), terms));
}
