import type { Fact } from './facts.js';
import { RolePlace, type RoleScript } from './role-script.js';

type Status = Extract<Fact, { readonly kind: 'log.protocol-status' }>['status'];

export const protocolEnds: ReadonlySet<Status> = new Set(['closed', 'cancelled', 'faulted']);

interface Message {
  readonly label: string;
  readonly payload: string;
}

/** All that was ever sent on an edge, and how much of it was received, or was on the way when draining began. */
export interface ProtocolEdge {
  readonly to: string;
  readonly sent: Message[];
  received: number;
  owedThrough: number;
}

/** One protocol session, as the log of the authority tells it. */
export interface ProtocolSession {
  readonly sid: number;
  readonly guard: string;
  readonly request: string;
  readonly places: Map<string, RolePlace>;
  readonly edges: Map<string, ProtocolEdge>;
  status: Status;
  standing: 'held' | 'archived' | 'forgotten';
}

export function newSession(
  named: Pick<ProtocolSession, 'sid' | 'guard' | 'request'>,
  scripts: Readonly<Record<string, RoleScript>>,
): ProtocolSession {
  const places = Object.entries(scripts).map(([role, script]) => [role, new RolePlace(script)] as const);
  return { ...named, places: new Map(places), edges: new Map(), status: 'active', standing: 'held' };
}

/** How many messages are on the way. */
export function waitingIn({ edges }: ProtocolSession): number {
  return [...edges.values()].reduce((sum, { sent, received }) => sum + sent.length - received, 0);
}

/** An edge, made when it is first spoken of. */
export function edgeOf({ edges }: ProtocolSession, from: string, to: string): ProtocolEdge {
  const name = edgeName(from, to);
  const edge = edges.get(name) ?? { to, sent: [], received: 0, owedThrough: 0 };
  edges.set(name, edge);
  return edge;
}

export function edgeName(from: string, to: string): string {
  return JSON.stringify([from, to]);
}
