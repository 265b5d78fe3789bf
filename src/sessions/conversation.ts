import type { Probe } from '../runtime/probe.js';
import type { Action, Advance, EndpointType } from './endpoint-type.js';

/**
 * One role's side of one conversation, kept in memory: it begins anew with each life of a node. Whoever speaks asks it before a message
 * goes out, and before one that came in is looked at. What is refused has changed nothing, and must not be sent or heeded.
 */
export class Conversation {
  /** Names it in what is told to the probe: the same on all its sides. */
  readonly id: string;
  readonly role: string;
  readonly #type: EndpointType;
  readonly #probe: Probe;
  #state = 0;

  constructor(id: string, role: string, type: EndpointType, probe: Probe) {
    this.id = id;
    this.role = role;
    this.#type = type;
    this.#probe = probe;
  }

  /** To be called before a message goes out. */
  send(to: string, label: string): Advance {
    return this.#step({ direction: 'send', partner: to, label });
  }

  /** To be called when a message has come in, before anything is done with it. */
  take(from: string, label: string): Advance {
    const advance = this.#step({ direction: 'receive', partner: from, label });
    if (advance.kind === 'advanced') {
      this.#probe.event('session.took', { conversation: this.id, role: this.role, label });
    }
    return advance;
  }

  /** What may come next. */
  get allowed(): readonly Action[] {
    return this.#type.allowed(this.#state);
  }

  /** Whether this side has nothing more to say or to hear. */
  get isOver(): boolean {
    return this.#type.isEnd(this.#state);
  }

  #step(action: Action): Advance {
    const advance = this.#type.advance(this.#state, action);
    if (advance.kind === 'advanced') this.#state = advance.state;
    else {
      const { id, role } = this;
      const reason = advance.refusal.message;
      this.#probe.event('session.refused', { conversation: id, role, label: action.label, reason });
    }
    return advance;
  }
}
