import type { MessageCommand, OpenCommand, OwnerCommand } from '../../../src/sessions/command.js';
import type { SessionsCommand } from '../../../src/sessions/command.js';
import type { SessionsEntry } from '../../../src/sessions/entry.js';
import type { SessionsLimits } from '../../../src/sessions/limits.js';
import { end, receive, recur, recursion, send as sending } from '../../../src/sessions/local-type.js';
import { OpenPlan } from '../../../src/sessions/open-plan.js';
import { sessionsProjection } from '../../../src/sessions/projection.js';
import type { SessionsRefusal } from '../../../src/sessions/refusal.js';
import type { LiveSession, SessionsState } from '../../../src/sessions/state.js';
import { nextMessage } from '../../../src/sessions/view.js';
import { ProjectionBench } from '../projection-bench.js';

const roomy: SessionsLimits = { sessionsMax: 100, archivedMax: 100, bufferMessagesMax: 64 };

/** One room of sessions, as a node would drive it. */
export class Sessions extends ProjectionBench<
  SessionsState,
  SessionsCommand,
  SessionsEntry,
  SessionsRefusal
> {
  constructor(limits: Partial<SessionsLimits> = {}) {
    super(sessionsProjection({ ...roomy, ...limits }));
  }

  /** Opens a session, and gives its sid. */
  open(changes: Partial<OpenCommand> = {}): number {
    const [opened] = this.do(open({ requestId: `request ${this.state.nextSid}`, ...changes }));
    if (opened?.kind !== 'opened') throw new Error('not opened');
    return opened.sid;
  }

  session(sid: number): LiveSession {
    const session = this.state.sessions.get(sid);
    if (session === undefined) throw new Error(`no session ${sid}`);
    return session;
  }

  status(sid: number): string {
    const known = this.state.sessions.get(sid) ?? this.state.archived.get(sid);
    return known?.status.kind ?? 'unknown';
  }

  /** Receives, and gives what was received. */
  received(sid: number, from: string, to: string): string | undefined {
    const message = nextMessage(this.session(sid), from, to);
    this.do(receiving(sid, from, to));
    return message?.label;
  }

  /** The code with which a command is refused; undefined when it is accepted. */
  ask(command: SessionsCommand): string | undefined {
    return this.give(command).refusal?.code;
  }

  /** As after a restart from a snapshot of now, perhaps with other limits. */
  restarted(limits: Partial<SessionsLimits> = {}): Sessions {
    const successor = new Sessions(limits);
    successor.state = this.reread();
    return successor;
  }

  /** As after a restart from the log alone. */
  replayed(): Sessions {
    const successor = new Sessions();
    successor.take(this.rereadLog());
    return successor;
  }
}

/** `a` asks `b` as often as it likes before the answers, each in its turn; `c` is told nothing. */
export const asking = OpenPlan.of({
  a: recursion(
    'again',
    sending('b', { ask: recur('again'), answer: receive('b', { yes: recur('again') }), stop: end }),
  ),
  b: recursion(
    'again',
    receive('a', { ask: recur('again'), answer: sending('a', { yes: recur('again') }), stop: end }),
  ),
  c: end,
});

/** Opens a session of `asking`, guarded by the ownership of `s`, unless said otherwise. */
export function open(changes: Partial<OpenCommand> = {}): OpenCommand {
  return { kind: 'open', requestId: 'request', sessionId: 's', plan: asking, atMs: 0, ...changes };
}

export function sends(sid: number, label: string, from = 'a', to = 'b', atMs = 0): MessageCommand {
  return { kind: 'send', sid, from, to, label, payload: Uint8Array.of(7), atMs };
}

export function receiving(sid: number, from = 'a', to = 'b', atMs = 0): MessageCommand {
  return { kind: 'receive', sid, from, to, atMs };
}

export function owner(
  kind: 'drain' | 'close' | 'cancel',
  sid: number,
  sessionId = 's',
  atMs = 0,
): OwnerCommand {
  return { kind, sid, sessionId, atMs };
}

export function fault(sid: number, reason = 'owner died', sessionId = 's', atMs = 0): OwnerCommand {
  return { kind: 'fault', sid, sessionId, reason, atMs };
}

/** Binds a handler to the edge from `a` to `b`, of the same session unless said otherwise. */
export function bind(
  sid: number,
  handler: string,
  edge: { sid?: number; from?: string; to?: string } = {},
): OwnerCommand {
  return {
    kind: 'bind_edge_handler',
    sid,
    sessionId: 's',
    edge: { sid, from: 'a', to: 'b', ...edge },
    handler,
    atMs: 0,
  };
}

export function trace(sid: number, texts: readonly string[], edgeSid = sid): OwnerCommand {
  const edge = { sid: edgeSid, from: 'a', to: 'b' };
  return { kind: 'record_trace', sid, sessionId: 's', edge, trace: texts, atMs: 0 };
}

export const reap = (atMs = 0, sessionId: string | null = null): SessionsCommand => {
  return { kind: 'reap', sessionId, atMs };
};
