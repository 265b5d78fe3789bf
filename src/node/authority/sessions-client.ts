import type { OwnershipCapability } from '../../ownership/capability.js';
import type { NodeName } from '../../runtime/network.js';
import type { OwnerChange } from '../../sessions/command.js';
import type { OpenPlan } from '../../sessions/open-plan.js';
import { decodeMessage, decodeStatus } from '../../sessions/session-codec.js';
import type { Message } from '../../sessions/state.js';
import type { SessionStatus } from '../../sessions/status.js';
import type { MemoryUsage } from '../../sessions/view.js';
import type { Asker, AskTerms } from '../../requests/ask.js';
import type { Answer } from './authority.js';
import { decodeNothing } from './authority-answer.js';
import { AuthorityCalls } from './authority-calls.js';
import { decodeMemoryUsage, decodeSid, decodeView } from './session-answer.js';
import { encodeSessionRequest, type SessionRequest } from './session-request.js';
import type { Sessions, SessionStep, SessionView } from './sessions.js';

/** The protocol sessions of an authority, asked for over the network. */
export class SessionsClient implements Sessions {
  readonly #calls: AuthorityCalls<SessionRequest>;

  /** @param terms - Of each call. */
  constructor(asker: Asker, to: NodeName, terms: AskTerms) {
    this.#calls = new AuthorityCalls(asker, to, terms, encodeSessionRequest);
  }

  open(capability: OwnershipCapability, requestId: string, plan: OpenPlan): Promise<Answer<number>> {
    return this.#calls.ask({ call: 'session_open', capability, requestId, plan }, decodeSid);
  }

  send(step: SessionStep, message: Message): Promise<Answer<null>> {
    return this.#calls.ask({ call: 'session_send', step, message }, decodeNothing);
  }

  receive(step: SessionStep): Promise<Answer<Message>> {
    return this.#calls.ask({ call: 'session_receive', step }, decodeMessage);
  }

  change(capability: OwnershipCapability, sid: number, change: OwnerChange): Promise<Answer<SessionStatus>> {
    return this.#calls.ask({ call: 'session_change', capability, sid, change }, decodeStatus);
  }

  reap(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#calls.ask({ call: 'session_reap', capability }, decodeNothing);
  }

  view(sid: number): Promise<SessionView | null> {
    return this.#calls.look({ call: 'session_view', sid }, decodeView);
  }

  memoryUsage(): Promise<MemoryUsage> {
    return this.#calls.look({ call: 'session_memory' }, decodeMemoryUsage);
  }
}
