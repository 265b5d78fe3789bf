import type { Direction } from './open-plan.js';
import { OutOfOrder } from './refusal.js';
import type { EdgeState, LiveSession, Message } from './state.js';
import { isEnded } from './status.js';

/**
 * Where a step on an edge stands in the sequence of that edge. Messages are counted from 0 on, apart for each edge, when they are sent and
 * when they are received; who sends or receives names the place that it means. So the same step is taken once, however often and late it is
 * asked for: the last one is answered as it was, and one from before that is refused, whose answer nobody can wait for any more.
 */
export type Placed =
  /** To be decided: it is the next one, or the session or edge will refuse it. */
  | { readonly kind: 'next' }
  /** It was taken before, with this message. */
  | { readonly kind: 'again'; readonly message: Message }
  | { readonly kind: 'refused'; readonly refusal: OutOfOrder };

/** A step on an edge. */
export interface Step extends Direction {
  readonly position: number;
}

/** The last message that was sent waits at the end of the buffer, or was the last to be received. */
export function placeOfSend(session: LiveSession, step: Step, message: Message): Placed {
  const edge = edgeOf(session, step);
  if (edge === undefined) return { kind: 'next' };
  const latest = edge.messages.at(-1) ?? edge.lastReceived;
  const isSame = latest !== null && sameMessage(latest, message);
  return placed(session, step, edge.received + edge.messages.length, isSame ? latest : null);
}

export function placeOfReceive(session: LiveSession, step: Step): Placed {
  const edge = edgeOf(session, step);
  return edge === undefined ? { kind: 'next' } : placed(session, step, edge.received, edge.lastReceived);
}

/** @param latest - What was taken at the place before `next`; null when it cannot be what is meant. */
function placed({ status }: LiveSession, step: Step, next: number, latest: Message | null): Placed {
  const { position } = step;
  if (latest !== null && position === next - 1) return { kind: 'again', message: latest };
  if (position === next || isEnded(status)) return { kind: 'next' };
  return { kind: 'refused', refusal: new OutOfOrder(step, position, next) };
}

function edgeOf({ plan, edges }: LiveSession, { from, to }: Direction): EdgeState | undefined {
  return edges[plan.placeOfEdge(from, to) ?? -1];
}

function sameMessage(one: Message, other: Message): boolean {
  const { payload } = one;
  return (
    one.label === other.label &&
    payload.length === other.payload.length &&
    payload.every((byte, index) => byte === other.payload[index])
  );
}
