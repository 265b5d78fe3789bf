import type { MessageCommand } from './command.js';
import type { SessionEntry } from './entry.js';
import type { SessionsLimits } from './limits.js';
import { BufferFull, Draining, NoBuffer, NothingToReceive, type SessionsRefusal } from './refusal.js';
import { bufferedMessages, type LiveSession } from './state.js';

type Of<Kind extends MessageCommand['kind']> = Extract<MessageCommand, { kind: Kind }>;
type Verdict = readonly SessionEntry[] | SessionsRefusal;

/** What a role of a session that has not ended does. */
export function decideMessage(
  limits: SessionsLimits,
  session: LiveSession,
  command: MessageCommand,
  atMs: number,
): Verdict {
  return command.kind === 'send' ? send(limits, session, command, atMs) : receive(session, command, atMs);
}

/** A full buffer is told last: it is the only one of these that passes. */
function send(
  { bufferMessagesMax }: SessionsLimits,
  session: LiveSession,
  { from, to, label, payload }: Of<'send'>,
  atMs: number,
): Verdict {
  const { sid, plan, points, edges, status } = session;
  const place = plan.placeOfEdge(from, to) ?? -1;
  const edge = edges[place];
  if (edge === undefined) return new NoBuffer({ from, to });
  const advance = plan.advance(points, from, { direction: 'send', partner: to, label });
  if (advance.kind === 'refused') return advance.refusal;
  if (status.kind === 'draining' && !isOwed(session, from)) return new Draining(from);
  if (edge.messages.length >= bufferMessagesMax) return new BufferFull({ from, to }, bufferMessagesMax);
  return [{ kind: 'sent', sid, from, to, label, payload, atMs }];
}

/** The last message of a session that drains is its end. */
function receive(session: LiveSession, { from, to }: Of<'receive'>, atMs: number): Verdict {
  const { sid, plan, points, edges, status } = session;
  const edge = edges[plan.placeOfEdge(from, to) ?? -1];
  if (edge === undefined) return new NoBuffer({ from, to });
  const [head] = edge.messages;
  if (head === undefined) return new NothingToReceive({ from, to });
  const { label } = head;
  const advance = plan.advance(points, to, { direction: 'receive', partner: from, label });
  if (advance.kind === 'refused') return advance.refusal;
  const received = { kind: 'received', sid, from, to, label, atMs } as const;
  const isLast = status.kind === 'draining' && bufferedMessages(session) === 1;
  return isLast ? [received, { kind: 'status_changed', sid, status: { kind: 'closed' }, atMs }] : [received];
}

/** Whether a message from before the draining waits for a role: then what it sends may be on its way there, and begins nothing. */
function isOwed({ plan, edges }: LiveSession, role: string): boolean {
  return edges.some(({ owed }, place) => owed > 0 && plan.edges[place]?.to === role);
}
