import type { OwnershipCapability } from '../../ownership/capability.js';
import type { Milliseconds } from '../../runtime/clock.js';
import type { MessageCommand, OwnerChange } from '../../sessions/command.js';
import type { OpenPlan } from '../../sessions/open-plan.js';
import { type Placed, placeOfReceive, placeOfSend } from '../../sessions/position.js';
import type { SessionsRefusal } from '../../sessions/refusal.js';
import type { LiveSession, Message } from '../../sessions/state.js';
import { isEnded, type SessionStatus } from '../../sessions/status.js';
import { findRequest, type MemoryUsage, memoryUsageOf, nextMessage } from '../../sessions/view.js';
import type { Proposal } from '../room.js';
import type { Shell } from '../shell.js';
import type { Answer } from './authority.js';
import { AuthorityAct, type AskedAct } from './authority-act.js';
import type { AuthorityRooms } from './authority-rooms.js';
import { GuardEnded } from './guard-ended.js';
import { refusedAct } from './refused-act.js';
import { guardEnding } from './session-endings.js';
import { viewOf } from './session-view.js';
import type { Sessions, SessionStep, SessionView } from './sessions.js';

const noMessage: Message = { label: '', payload: new Uint8Array() };

/** Decides what is asked of protocol sessions. What an owner does is one batch: its `use` of the capability, and what that permits. */
export class SessionActs implements Sessions {
  readonly #shell: Shell;
  readonly #rooms: AuthorityRooms;
  readonly #nowMs: () => Milliseconds;

  constructor(shell: Shell, rooms: AuthorityRooms, nowMs: () => Milliseconds) {
    this.#shell = shell;
    this.#rooms = rooms;
    this.#nowMs = nowMs;
  }

  open(capability: OwnershipCapability, requestId: string, plan: OpenPlan): Promise<Answer<number>> {
    const { sessionId } = capability;
    return this.#use(capability, `open ${requestId}`, {
      sessions: (atMs) => ({ kind: 'open', requestId, sessionId, plan, atMs }),
      granted: () => findRequest(this.#rooms.sessions.state, requestId)?.sid ?? -1,
    });
  }

  async send({ sid, from, to, position }: SessionStep, message: Message): Promise<Answer<null>> {
    const answer = await this.#take({ kind: 'send', sid, from, to, ...message, atMs: 0 }, (session) =>
      placeOfSend(session, { from, to, position }, message),
    );
    return answer.kind === 'granted' ? { kind: 'granted', granted: null } : answer;
  }

  receive({ sid, from, to, position }: SessionStep): Promise<Answer<Message>> {
    return this.#take({ kind: 'receive', sid, from, to, atMs: 0 }, (session) =>
      placeOfReceive(session, { from, to, position }),
    );
  }

  change(capability: OwnershipCapability, sid: number, change: OwnerChange): Promise<Answer<SessionStatus>> {
    const { sessionId } = capability;
    return this.#use(capability, `${change.kind} ${sid}`, {
      sessions: (atMs) => (this.#isDone(sessionId, sid, change) ? null : { ...change, sid, sessionId, atMs }),
      granted: () => this.#known(sid)?.status ?? { kind: 'active' },
    });
  }

  reap(capability: OwnershipCapability): Promise<Answer<null>> {
    const { sessionId } = capability;
    return this.#use(capability, 'reap', {
      sessions: (atMs) => ({ kind: 'reap', sessionId, atMs }),
      granted: () => null,
    });
  }

  view(sid: number): Promise<SessionView | null> {
    return this.#shell.read(() => viewOf(this.#rooms.sessions.state, sid));
  }

  memoryUsage(): Promise<MemoryUsage> {
    return this.#shell.read(() => memoryUsageOf(this.#rooms.sessions.state));
  }

  #use<Granted>(
    capability: OwnershipCapability,
    act: string,
    permits: Pick<AskedAct<Granted>, 'sessions' | 'granted'>,
  ): Promise<Answer<Granted>> {
    return new AuthorityAct<Granted>(this.#rooms, this.#nowMs, {
      command: (atMs) => ({ kind: 'use', capability, act, scope: { kind: 'session' }, atMs }),
      ...permits,
    }).giveTo(this.#shell);
  }

  /** A step of a role: the next one is decided, the last one is told again. */
  async #take(command: MessageCommand, place: (session: LiveSession) => Placed): Promise<Answer<Message>> {
    let message = noMessage;
    const outcome = await this.#shell.submitTogether<SessionsRefusal | GuardEnded>([
      (): Proposal<SessionsRefusal | GuardEnded> => {
        const { ownership, sessions } = this.#rooms;
        const session = sessions.state.sessions.get(command.sid);
        if (session === undefined) return sessions.propose({ ...command, atMs: this.#nowMs() });
        const placed = place(session);
        if (placed.kind === 'refused') return placed;
        if (placed.kind === 'again') {
          ({ message } = placed);
          return sessions.proposeNothing();
        }
        // Its own end is still to be recorded, and nothing comes between.
        if (!isEnded(session.status) && guardEnding(ownership.state, session) !== undefined) {
          return { kind: 'refused', refusal: new GuardEnded(command.sid, session.sessionId) };
        }
        message = nextMessage(session, command.from, command.to) ?? noMessage;
        return sessions.propose({ ...command, atMs: this.#nowMs() });
      },
    ]);
    if (outcome.kind === 'refused') return { kind: 'refused', refusal: refusedAct(outcome.refusal) };
    return { kind: 'granted', granted: message };
  }

  /** Whether a session has come to that very end already, by an earlier copy of the same call or by somebody else. */
  #isDone(sessionId: string, sid: number, change: OwnerChange): boolean {
    const known = this.#known(sid);
    if (known === undefined || known.sessionId !== sessionId) return false;
    const { status } = known;
    switch (change.kind) {
      case 'drain':
      case 'close':
        return status.kind === 'closed';
      case 'cancel':
        return status.kind === 'cancelled';
      case 'fault':
        return status.kind === 'faulted' && status.reason === change.reason;
      case 'bind_default_handler':
      case 'bind_edge_handler':
      case 'record_trace':
        return false;
    }
  }

  #known(sid: number): { readonly sessionId: string; readonly status: SessionStatus } | undefined {
    const { sessions, archived } = this.#rooms.sessions.state;
    return sessions.get(sid) ?? archived.get(sid);
  }
}
