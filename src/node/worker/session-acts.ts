import type { OwnershipCapability } from '../../ownership/capability.js';
import { SleepAborted } from '../../runtime/clock.js';
import type { Ports } from '../../runtime/ports.js';
import type { Answer, AuthorityRefused } from '../authority/authority.js';
import { isLossOf, SessionLost } from './fleet-refusal.js';
import { pauseMs, unlessUnanswered } from './persistence.js';
import type { SessionHolder } from './session-holder.js';

/** What is asked of the authority under the capability of a session. */
export class SessionActs {
  readonly #ports: Ports;
  readonly #holder: SessionHolder;
  /** Held, and offered to another one: nothing begins for them. */
  readonly #suspended = new Set<string>();
  #isStopped = false;

  constructor(ports: Ports, holder: SessionHolder) {
    this.#ports = ports;
    this.#holder = holder;
  }

  /** Nothing begins for the session until it is resumed: whoever it is offered to may own it at any moment. */
  suspend(sessionId: string): void {
    this.#suspended.add(sessionId);
  }

  resume(sessionId: string): void {
    this.#suspended.delete(sessionId);
  }

  /** Whether something may be done for the session now; tells that it is done. To be called immediately before. */
  begin(sessionId: string, act: string): OwnershipCapability | undefined {
    const isBarred = this.#isStopped || this.#suspended.has(sessionId);
    const capability = isBarred ? undefined : this.#holder.mayAct(sessionId);
    if (capability === undefined) return undefined;
    const { sessionId: session, generation } = capability;
    this.#ports.probe.event('worker.acts', { session, generation, act });
    return capability;
  }

  /**
   * Asks until there is an answer, for as long as the session is held. A refusal of the capability ends the tenure.
   *
   * @param act - What is done for the session; null when only who owns it is asked about.
   * @returns What was granted, or a refusal that is about what was asked.
   * @throws {@link SessionLost}
   */
  async ask<Granted>(
    sessionId: string,
    act: string | null,
    question: (capability: OwnershipCapability) => Promise<Answer<Granted>>,
  ): Promise<Answer<Granted>> {
    for (let tries = 1; ; tries += 1) {
      const lost = this.#holder.lostSignal(sessionId);
      if (act !== null && this.#suspended.has(sessionId)) {
        await this.#pause(sessionId, tries, lost);
        continue;
      }
      const capability = this.#capability(sessionId, act);
      if (capability === undefined) throw new SessionLost(sessionId);
      const answer = await unlessUnanswered(question(capability));
      if (answer !== undefined && !isToBeAskedAgain(answer)) {
        if (answer.kind === 'granted' || !isLossOf(answer.refusal)) return answer;
        this.#holder.lose(capability, answer.refusal.code);
        throw new SessionLost(sessionId);
      }
      await this.#pause(sessionId, tries, lost);
    }
  }

  /** Nothing is done for a session by asking about who owns it. */
  #capability(sessionId: string, act: string | null): OwnershipCapability | undefined {
    if (act !== null) return this.begin(sessionId, act);
    return this.#isStopped ? undefined : this.#holder.mayAct(sessionId);
  }

  /** Nothing is asked any more. */
  stop(): void {
    this.#isStopped = true;
  }

  async #pause(sessionId: string, tries: number, lost: AbortSignal): Promise<void> {
    try {
      await this.#ports.clock.sleep(pauseMs(this.#ports.entropy, tries), lost);
    } catch (error) {
      throw error instanceof SleepAborted ? new SessionLost(sessionId) : error;
    }
  }
}

/** What was asked has to wait until an offer of the session is settled. */
function isToBeAskedAgain(answer: Answer<unknown>): boolean {
  return answer.kind === 'refused' && isPending(answer.refusal);
}

function isPending({ code }: AuthorityRefused): boolean {
  return code === 'OWNERSHIP_TRANSFER_PENDING';
}
