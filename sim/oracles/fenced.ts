import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/**
 * Nothing is accepted under a generation lower than the highest that the receiver has accepted: by the authority, by the store, and by a
 * worker that is asked for its witness. Seen in the log of each; what one receiver knows, another may not. And the store carries nothing out
 * but in the name of somebody.
 */
export function fenced(): Oracle<Fact> {
  /** By receiver and session. */
  const highest = new Map<string, number>();
  /** Keys of what the store was asked to carry out, and of what it has carried out in somebody's name. */
  const begun = new Set<string>();
  const named = new Set<string>();
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
        case 'log.generation-raised':
        case 'log.witnessed':
          return accepted(fact, check);
        case 'log.run-begun':
          begun.add(fact.key);
          return accepted(fact, check);
        case 'log.readiness':
          // What is invalidated may be of an owner that has gone.
          if (fact.standing !== 'invalidated') accepted(fact, check);
          return;
        case 'store.effect': {
          const { node, session, generation, key } = fact;
          named.add(key);
          const seen = highest.get(`${node}/${session}`) ?? -1;
          check(
            generation >= seen,
            session,
            () => `${node} acts in generation ${generation}, and has accepted ${seen} before`,
          );
          return;
        }
        case 'effect.applied': {
          const { key, operation } = fact;
          if (begun.has(key))
            check(named.has(key), operation, () => `carried out under ${key} in nobody's name`);
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
