import { assertCoherent } from './coherence.js';
import { EndpointType } from './endpoint-type.js';
import { dualOf, end, receive, send } from './local-type.js';

const sourceType = send('target', { offer: receive('target', { settled: end }) });

/**
 * A transfer of a session from its owner to another one. The offer is the authority's receipt; the target settles it at the authority, which
 * is asked by both and takes no part in the conversation, and says what came of it. An offer whose time has passed, or that is made again since
 * no answer came, is a conversation that nobody goes on with.
 */
export const transferProtocol = {
  source: EndpointType.of(sourceType),
  target: EndpointType.of(dualOf(sourceType, 'source')),
};

assertCoherent(new Map(Object.entries(transferProtocol)));
