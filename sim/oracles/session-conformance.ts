import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { type Protocols, ProtocolSessions } from './protocol-sessions.js';

/** What a role takes, in order: at each place one of these labels. After the last one it takes nothing more. */
type Script = readonly (readonly string[])[];

/** Of the nodes' own conversations. Written down here once more, so that nobody judges himself. */
const scripts: ReadonlyMap<string, Script> = new Map([
  // A witness round.
  ['participant', [['witness']]],
  ['owner', [['given', 'refused']]],
  // A transfer.
  ['source', [['settled']]],
  ['target', [['offer']]],
]);

/** What somebody must have taken, on another side of the conversation, before a label can come; '' for nothing. */
const causes: ReadonlyMap<string, string> = new Map([
  ['owner given', 'participant witness'],
  ['owner refused', 'participant witness'],
  ['source settled', 'target offer'],
]);

/**
 * Every message that an endpoint takes is one that its role allows at that moment, and that another side can have sent; at its end it takes none.
 * A conversation begins anew with each life of a node. The sessions that an authority hosts are judged by {@link ProtocolSessions}.
 *
 * @param protocols - What those are opened with. Left out, there are none.
 */
export function sessionConformance(
  protocols: Protocols = { plans: new Map(), sessionsMax: 0, bufferMessagesMax: 0 },
): Oracle<Fact> {
  const hosted = new ProtocolSessions(protocols);
  /** By node, conversation and role: how many messages it has taken. */
  const places = new Map<string, Map<string, number>>();
  /** By conversation: what its sides have taken. */
  const taken = new Map<string, Set<string>>();
  return {
    id: 'session-conformance',
    onFact(fact, check) {
      hosted.observe(fact, check);
      if (fact.kind === 'node.opened') places.delete(fact.node);
      else if (fact.kind === 'session.took') {
        const { node, conversation, role, label } = fact;
        const subject = `${conversation} ${role}`;
        const ofNode = places.get(node) ?? new Map<string, number>();
        places.set(node, ofNode);
        const place = ofNode.get(subject) ?? 0;
        const script = scripts.get(role);
        check(script !== undefined, subject, () => `${node} takes ${label} in a role that there is not`);
        const allowed = script?.[place] ?? [];
        check(allowed.includes(label), subject, () => {
          return `${node} takes ${label} as its message ${place + 1}; it may take: ${allowed.join(', ') || 'none'}`;
        });
        const cause = causes.get(`${role} ${label}`) ?? '';
        const sides = taken.get(conversation) ?? new Set();
        taken.set(conversation, sides);
        check(
          cause === '' || sides.has(cause),
          subject,
          () => `${node} takes ${label}, and nobody took ${cause}`,
        );
        ofNode.set(subject, place + 1);
        sides.add(`${role} ${label}`);
      } else if (fact.kind === 'session.refused') {
        const { node, conversation, role, label, reason } = fact;
        check(
          reason !== '',
          `${conversation} ${role}`,
          () => `${node} refuses ${label}, and does not say why`,
        );
      }
    },
    atQuiescence(check) {
      hosted.atQuiescence(check);
    },
  };
}
