import { assertCoherent } from './coherence.js';
import { EndpointType } from './endpoint-type.js';
import { dualOf, end, receive, send } from './local-type.js';

const ownerType = send('participant', {
  witness: receive('participant', { given: end, refused: end }),
});

/**
 * A witness round between an owner and one participant; with more participants there is one conversation with each. A round that is asked
 * again, since no answer came, is a conversation of its own.
 */
export const witnessProtocol = {
  owner: EndpointType.of(ownerType),
  participant: EndpointType.of(dualOf(ownerType, 'owner')),
};

assertCoherent(new Map(Object.entries(witnessProtocol)));
