import type { CborValue } from '../../codec/cbor.js';
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
import { decodeAnswer, decodeNothing } from './authority-answer.js';
import { AuthorityMisunderstood } from './authority-client.js';
import { decodeMemoryUsage, decodeSid, decodeView } from './session-answer.js';
import { encodeSessionRequest, type SessionRequest } from './session-request.js';
import type { Sessions, SessionStep, SessionView } from './sessions.js';

/** The protocol sessions of an authority, asked for over the network. */
export class SessionsClient implements Sessions {
  readonly #asker: Asker;
  readonly #to: NodeName;
  readonly #terms: AskTerms;

  /** @param terms - Of each call. */
  constructor(asker: Asker, to: NodeName, terms: AskTerms) {
    this.#asker = asker;
    this.#to = to;
    this.#terms = terms;
  }

  open(capability: OwnershipCapability, requestId: string, plan: OpenPlan): Promise<Answer<number>> {
    return this.#ask({ call: 'session_open', capability, requestId, plan }, decodeSid);
  }

  send(step: SessionStep, message: Message): Promise<Answer<null>> {
    return this.#ask({ call: 'session_send', step, message }, decodeNothing);
  }

  receive(step: SessionStep): Promise<Answer<Message>> {
    return this.#ask({ call: 'session_receive', step }, decodeMessage);
  }

  change(capability: OwnershipCapability, sid: number, change: OwnerChange): Promise<Answer<SessionStatus>> {
    return this.#ask({ call: 'session_change', capability, sid, change }, decodeStatus);
  }

  reap(capability: OwnershipCapability): Promise<Answer<null>> {
    return this.#ask({ call: 'session_reap', capability }, decodeNothing);
  }

  view(sid: number): Promise<SessionView | null> {
    return this.#look({ call: 'session_view', sid }, decodeView);
  }

  memoryUsage(): Promise<MemoryUsage> {
    return this.#look({ call: 'session_memory' }, decodeMemoryUsage);
  }

  /** Nobody is refused to look. */
  async #look<Seen>(
    request: SessionRequest,
    decodeSeen: (value: CborValue | undefined, path: string) => Seen,
  ): Promise<Seen> {
    const answer = await this.#ask(request, decodeSeen);
    if (answer.kind === 'refused') throw new AuthorityMisunderstood(answer.refusal.message);
    return answer.granted;
  }

  async #ask<Granted>(
    request: SessionRequest,
    decodeGranted: (value: CborValue | undefined, path: string) => Granted,
  ): Promise<Answer<Granted>> {
    const body = encodeSessionRequest(request);
    return decodeAnswer(await this.#asker.ask(this.#to, body, this.#terms), decodeGranted);
  }
}
