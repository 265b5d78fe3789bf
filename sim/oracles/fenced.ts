import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * Nothing is accepted under a generation lower than the highest that the receiver has accepted: by the authority, by the store, and by a
 * worker that is asked for its witness. Seen in the log of each; what one receiver knows, another may not.
 */
export function fenced(): Oracle<Fact> {
  /** By receiver and session. */
  const highest = new Map<string, number>();
  const accepted = (fact: Accepting, check: Check): void => {
    const { node, session, generation } = fact;
    const receiver = `${node}/${session}`;
    const seen = highest.get(receiver) ?? -1;
    check(
      generation >= seen,
      session,
      () => `${node} accepts ${fact.kind} of generation ${generation}, and has accepted ${seen} before`,
    );
    if (generation > seen) highest.set(receiver, generation);
  };
  return {
    id: 'fenced',
    onFact(fact, check) {
      switch (fact.kind) {
        case 'log.capability-issued':
        case 'log.capability-used':
        case 'log.lease-renewed':
        case 'log.receipt':
        case 'log.settled':
        case 'log.run-begun':
        case 'log.generation-raised':
        case 'log.witnessed':
          return accepted(fact, check);
        case 'log.readiness':
          // What is invalidated may be of an owner that has gone.
          if (fact.standing !== 'invalidated') accepted(fact, check);
          return;
        case 'store.effect': {
          const { node, session, generation } = fact;
          const seen = highest.get(`${node}/${session}`) ?? -1;
          check(
            generation >= seen,
            session,
            () => `${node} acts in generation ${generation}, and has accepted ${seen} before`,
          );
          return;
        }
        case 'log.fence-dropped':
          highest.delete(`${fact.node}/${fact.session}`);
          return;
        default:
      }
    },
  };
}

interface Accepting {
  readonly kind: string;
  readonly node: string;
  readonly session: string;
  readonly generation: number;
}
