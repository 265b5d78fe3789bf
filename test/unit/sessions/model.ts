import type { SessionsCommand } from '../../../src/sessions/command.js';
import type { SessionsLimits } from '../../../src/sessions/limits.js';
import type { LocalType } from '../../../src/sessions/local-type.js';
import { after, options } from './unfold.js';

/**
 * Sessions once more, as small and as differently as they can be told: one list of everything that was sent, types by the book, and
 * everything else counted anew whenever it is asked for. Knows the answer to each command, and what is then to be seen.
 */
type Types = Readonly<Record<string, LocalType>>;

interface Sent {
  readonly edge: string;
  readonly label: string;
  isTaken: boolean;
  /** Whether draining had not begun when it was sent. */
  readonly isEarly: boolean;
}

interface Session {
  readonly request: string;
  readonly guard: string;
  readonly types: Types;
  readonly left: Map<string, LocalType>;
  readonly sent: Sent[];
  readonly handlers: Map<string, string>;
  readonly traces: Map<string, string>;
  status: string;
  place: 'held' | 'archived' | 'forgotten';
}

type Given = Exclude<SessionsCommand, { kind: 'open' | 'reap' }>;

export class SessionsModel {
  readonly #limits: SessionsLimits;
  readonly #sessions: Session[] = [];
  readonly #archive: Session[] = [];

  constructor(limits: SessionsLimits) {
    this.#limits = limits;
  }

  /** The code of the refusal, without its prefix, or `ok`; what the command does is done. */
  answer(command: SessionsCommand, types: Types): string {
    if (command.kind === 'reap') {
      const { sessionId } = command;
      const isMeant = ({ guard }: Session) => sessionId === null || guard === sessionId;
      const ended = this.#sessions.filter((each) => each.place === 'held' && hasEnded(each));
      for (const session of ended.filter(isMeant)) {
        session.place = 'archived';
        this.#archive.push(session);
      }
      while (this.#archive.length > this.#limits.archivedMax) {
        const oldest = this.#archive.shift();
        if (oldest !== undefined) oldest.place = 'forgotten';
      }
      return 'ok';
    }
    if (command.kind === 'open') return this.#open(command.requestId, command.sessionId, types);
    const session = this.#sessions[command.sid];
    if (session === undefined || session.place === 'forgotten') return 'NOT_FOUND';
    if ('sessionId' in command && command.sessionId !== session.guard) return 'NOT_OF_OWNER';
    return hasEnded(session) ? 'TERMINAL' : this.#act(session, command);
  }

  #open(request: string, guard: string, types: Types): string {
    const same = this.#sessions.find((each) => each.request === request && each.place !== 'forgotten');
    if (same !== undefined) return same.guard === guard && same.types === types ? 'ok' : 'REQUEST_CONFLICT';
    const held = this.#sessions.filter(({ place }) => place === 'held');
    if (held.length >= this.#limits.sessionsMax) return 'LIMIT_REACHED';
    this.#sessions.push({
      request,
      guard,
      types,
      left: new Map(Object.entries(types)),
      sent: [],
      handlers: new Map(),
      traces: new Map(),
      status: 'active',
      place: 'held',
    });
    return 'ok';
  }

  #act(session: Session, command: Given): string {
    const { types, left, sent, handlers, traces } = session;
    const waiting = (edge?: string): readonly Sent[] =>
      sent.filter((each) => !each.isTaken && (edge === undefined || each.edge === edge));
    switch (command.kind) {
      case 'send': {
        const { from, to, label } = command;
        const edge = `${from} ${to}`;
        if (!edgesOf(types).includes(edge)) return 'NO_BUFFER';
        const next = after(left.get(from) ?? { kind: 'end' }, `send ${to} ${label}`);
        if (next === undefined) return 'OUT_OF_PROTOCOL';
        const isOwed = waiting().some((each) => each.isEarly && each.edge.endsWith(` ${from}`));
        if (session.status === 'draining' && !isOwed) return 'DRAINING';
        if (waiting(edge).length >= this.#limits.bufferMessagesMax) return 'BUFFER_FULL';
        left.set(from, next);
        sent.push({ edge, label, isTaken: false, isEarly: session.status === 'active' });
        return 'ok';
      }
      case 'receive': {
        const { from, to } = command;
        const edge = `${from} ${to}`;
        if (!edgesOf(types).includes(edge)) return 'NO_BUFFER';
        const [oldest] = waiting(edge);
        if (oldest === undefined) return 'NOTHING_TO_RECEIVE';
        const next = after(left.get(to) ?? { kind: 'end' }, `receive ${from} ${oldest.label}`);
        if (next === undefined) return 'OUT_OF_PROTOCOL';
        left.set(to, next);
        oldest.isTaken = true;
        if (session.status === 'draining' && waiting().length === 0) session.status = 'closed';
        return 'ok';
      }
      case 'bind_default_handler':
        handlers.set('', command.handler);
        return 'ok';
      case 'bind_edge_handler':
      case 'record_trace': {
        const { sid, from, to } = command.edge;
        if (sid !== command.sid) return 'FOREIGN_EDGE';
        if (!edgesOf(types).includes(`${from} ${to}`)) return 'NO_BUFFER';
        if (command.kind === 'record_trace') traces.set(`${from} ${to}`, command.trace.join());
        else handlers.set(`${from} ${to}`, command.handler);
        return 'ok';
      }
      case 'drain':
      case 'close':
        if (waiting().length === 0) session.status = 'closed';
        else if (command.kind === 'close') return 'NOT_DRAINED';
        else session.status = 'draining';
        return 'ok';
      case 'cancel':
      case 'fault':
        session.status = command.kind === 'cancel' ? 'cancelled' : `faulted: ${command.reason}`;
        return 'ok';
    }
  }

  /** By sid: what is to be seen of each session that is remembered. */
  view(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#sessions.entries()]
        .filter(([, { place }]) => place !== 'forgotten')
        .map(([sid, session]) => {
          const { place, status, sent, handlers, traces, left } = session;
          const lost = sent.filter(({ isTaken }) => !isTaken);
          if (place === 'archived') return [sid, `archived ${status} ${lost.length}`];
          const edges = edgesOf(session.types).map((edge) => {
            const labels = hasEnded(session)
              ? []
              : lost.filter((each) => each.edge === edge).map((each) => each.label);
            const trace = hasEnded(session) ? '' : (traces.get(edge) ?? '');
            return `${edge}: ${labels.join()} ${trace} ${handlers.get(edge) ?? handlers.get('') ?? null}`;
          });
          const may = [...left].map(([role, type]) => `${role} ${options(type).toSorted().join()}`);
          return [sid, [status, ...edges, ...may].join('; ')];
        }),
    );
  }
}

function hasEnded({ status }: Session): boolean {
  return status !== 'active' && status !== 'draining';
}

/** Every edge that is written down anywhere in the types. */
function edgesOf(types: Types): readonly string[] {
  const edges = new Set<string>();
  const look = (role: string, type: LocalType): void => {
    if (type.kind === 'recursion') look(role, type.body);
    if (type.kind !== 'send' && type.kind !== 'receive') return;
    edges.add(type.kind === 'send' ? `${role} ${type.to}` : `${type.from} ${role}`);
    for (const next of Object.values(type.branches)) look(role, next);
  };
  for (const [role, type] of Object.entries(types)) look(role, type);
  return [...edges].toSorted();
}
