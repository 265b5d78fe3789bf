import type { Check } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { ProtocolAnswers } from './protocol-answers.js';
import { edgeOf, newSession, protocolEnds, type ProtocolSession, waitingIn } from './protocol-session.js';
import type { RoleScript } from './role-script.js';

/** What is known of protocol sessions besides what is told. */
export interface Protocols {
  /** The scripts of the roles, by what stands for the plan. */
  readonly plans: ReadonlyMap<string, Readonly<Record<string, RoleScript>>>;
  readonly sessionsMax: number;
  readonly bufferMessagesMax: number;
}

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;
/**
 * Protocol sessions as the log of the authority tells them, held against scripts by the book: whose turn it is, what waits, who may change it,
 * and that an end is one.
 */
export class ProtocolSessions {
  readonly #protocols: Protocols;
  readonly #sessions: ProtocolSession[] = [];
  /** How sessions of the room of ownership ended. */
  readonly #guardEnds = new Map<string, 'cancelled' | 'faulted'>();
  /** The session whose capability was used just now; '' when something else was recorded. */
  #used = '';
  readonly #answers = new ProtocolAnswers((sid) => this.#sessions.find((each) => each.sid === sid));

  constructor(protocols: Protocols) {
    this.#protocols = protocols;
  }

  observe(fact: Fact, check: Check): void {
    this.#answers.observe(fact, check);
    switch (fact.kind) {
      case 'log.capability-used':
        this.#used = fact.session;
        return;
      case 'log.session-ended':
        this.#used = '';
        this.#guardEnds.set(fact.session, /died|failed/.test(fact.reason) ? 'faulted' : 'cancelled');
        return;
      case 'log.session-archived':
        this.#used = '';
        return this.#mustHaveEnded(fact.session, check);
      case 'log.denied':
        this.#used = '';
        return;
      case 'log.protocol-opened':
        return this.#opened(fact, check);
      case 'log.protocol-sent':
        return this.#sent(fact, check);
      case 'log.protocol-received':
        return this.#received(fact, check);
      case 'log.protocol-changed': {
        const session = this.#live(fact, `its ${fact.what}`, check);
        if (session !== undefined) this.#mustBeUsed(session, fact.what, check);
        return;
      }
      case 'log.protocol-status':
        return this.#turned(fact, check);
      case 'log.protocol-archived':
      case 'log.protocol-forgotten':
        return this.#putAway(fact, check);
      case 'log.audit-archived':
        // The use itself may fill the audit: what is old goes before what the use permits is recorded.
        return;
      default:
        if (fact.kind.startsWith('log.')) this.#used = '';
    }
  }

  /** Whatever is guarded by what has ended has ended too. */
  atQuiescence(check: Check): void {
    for (const guard of this.#guardEnds.keys()) this.#mustHaveEnded(guard, check);
  }

  #opened({ sid, session: guard, request, plan }: Of<'log.protocol-opened'>, check: Check): void {
    const subject = `protocol session ${sid}`;
    const highest = this.#sessions.at(-1)?.sid ?? -1;
    check(sid > highest, subject, () => `it is opened, and ${highest} was given before`);
    const held = this.#sessions.filter(({ standing }) => standing !== 'forgotten');
    const same = held.find((each) => each.request === request);
    check(same === undefined, subject, () => `request ${request} has opened ${same?.sid} already`);
    const live = held.filter(({ standing }) => standing === 'held').length;
    const { sessionsMax, plans } = this.#protocols;
    check(
      live < sessionsMax,
      subject,
      () => `it is opened beside ${live} others; ${sessionsMax} may be held`,
    );
    const scripts = plans.get(plan);
    check(scripts !== undefined, subject, () => 'it is opened by a plan that nobody has');
    const session = newSession({ sid, guard, request }, scripts ?? {});
    this.#sessions.push(session);
    this.#mustBeUsed(session, 'its opening', check);
  }

  #sent({ sid, from, to, label, payload, ...fact }: Of<'log.protocol-sent'>, check: Check): void {
    const session = this.#live({ ...fact, sid }, `${label} of ${from}`, check);
    if (session === undefined) return;
    this.#stepped(session, from, 'send', to, label, check);
    const subject = `protocol session ${sid}`;
    const isOwed = [...session.edges.values()].some(
      (edge) => edge.to === from && edge.received < edge.owedThrough,
    );
    check(
      session.status !== 'draining' || isOwed,
      subject,
      () => `${from} sends ${label} while it is draining, and nothing from before waits for ${from}`,
    );
    const edge = edgeOf(session, from, to);
    const waiting = edge.sent.length - edge.received;
    const { bufferMessagesMax: max } = this.#protocols;
    check(
      waiting < max,
      subject,
      () => `${label} of ${from} is taken behind ${waiting} others; ${max} may wait`,
    );
    check(
      edge.sent.every((message) => message.payload !== payload),
      subject,
      () => `${label} of ${from} is taken twice`,
    );
    edge.sent.push({ label, payload });
  }

  #received({ sid, from, to, label, ...fact }: Of<'log.protocol-received'>, check: Check): void {
    const session = this.#live({ ...fact, sid }, `${label} for ${to}`, check);
    if (session === undefined) return;
    this.#stepped(session, to, 'receive', from, label, check);
    const edge = edgeOf(session, from, to);
    const head = edge.sent[edge.received];
    check(
      head?.label === label,
      `protocol session ${sid}`,
      () => `${to} receives ${label} from ${from}; the next one is ${head?.label ?? 'none'}`,
    );
    edge.received += 1;
  }

  #stepped(
    session: ProtocolSession,
    role: string,
    direction: 'send' | 'receive',
    partner: string,
    label: string,
    check: Check,
  ): void {
    const next = session.places.get(role)?.after(direction, partner, label);
    check(
      next !== undefined,
      `protocol session ${session.sid}`,
      () => `${role} may not ${direction} ${label}, with ${partner}, now`,
    );
    if (next !== undefined) session.places.set(role, next);
  }

  #turned({ sid, status, ...fact }: Of<'log.protocol-status'>, check: Check): void {
    const session = this.#live({ ...fact, sid }, `its turn to ${status}`, check, 'guard may have ended');
    if (session === undefined) return;
    const subject = `protocol session ${sid}`;
    const waiting = waitingIn(session);
    check(
      status !== 'closed' || waiting === 0,
      subject,
      () => `it is closed, and ${waiting} messages are on the way`,
    );
    const { status: before, guard } = session;
    check(
      status !== 'active' && (status !== 'draining' || before === 'active'),
      subject,
      () => `${before}, it turns ${status}`,
    );
    const guardEnd = this.#guardEnds.get(guard);
    if (guardEnd !== undefined) {
      check(status === guardEnd, subject, () => `${guard} has ended; it is ${status}, not ${guardEnd}`);
    } else if (status !== 'closed' || before !== 'draining')
      this.#mustBeUsed(session, `that it is ${status}`, check);
    session.status = status;
    if (status === 'draining') for (const edge of session.edges.values()) edge.owedThrough = edge.sent.length;
  }

  #putAway({ kind, sid }: Of<'log.protocol-archived' | 'log.protocol-forgotten'>, check: Check): void {
    const session = this.#sessions.find((each) => each.sid === sid);
    const before = kind === 'log.protocol-archived' ? 'held' : 'archived';
    check(
      session?.standing === before && protocolEnds.has(session.status),
      `protocol session ${sid}`,
      () => `${kind} of one that is ${session?.status ?? 'unknown'} and ${session?.standing ?? 'unknown'}`,
    );
    if (session !== undefined) session.standing = before === 'held' ? 'archived' : 'forgotten';
  }

  /** The session, if anything of it may be recorded. */
  #live(
    { sid }: { readonly sid: number; readonly node: string; readonly kind: string },
    what: string,
    check: Check,
    guard: 'guard is there' | 'guard may have ended' = 'guard is there',
  ): ProtocolSession | undefined {
    const subject = `protocol session ${sid}`;
    const session = this.#sessions.find((each) => each.sid === sid);
    check(
      session?.standing === 'held' && !protocolEnds.has(session.status),
      subject,
      () => `${what} is recorded; it is ${session?.status ?? 'unknown'}`,
    );
    if (session === undefined) return undefined;
    check(
      guard === 'guard may have ended' || !this.#guardEnds.has(session.guard),
      subject,
      () => `${what} is recorded after the end of ${session.guard}, which guards it`,
    );
    return session;
  }

  /** One use of the capability stands right before what it permits, and permits one thing. */
  #mustBeUsed({ sid, guard }: ProtocolSession, what: string, check: Check): void {
    const used = this.#used;
    this.#used = '';
    check(
      used === guard,
      `protocol session ${sid}`,
      () => `${what} is recorded without a use of a capability of ${guard}`,
    );
  }

  #mustHaveEnded(guard: string, check: Check): void {
    const left = this.#sessions.find((each) => each.guard === guard && !protocolEnds.has(each.status));
    check(
      left === undefined,
      guard,
      () => `it is over, and protocol session ${left?.sid}, which it guards, is ${left?.status}`,
    );
  }
}
