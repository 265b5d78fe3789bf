import type { Oracle } from '../kernel/oracle.js';
import { nodeOf } from './authority-facts.js';
import type { Fact } from './facts.js';
import { tenureName, Tenures } from './tenures.js';

/**
 * One holder per session and generation, and generations strictly increase, also across restarts. Whoever acts for a session is a life of
 * the node that it was granted to, and still on; and nothing is done under a capability that is not the one that is good.
 */
export function singleOwner(): Oracle<Fact> {
  const tenures = new Tenures();
  const holdings = new Holdings();
  return {
    id: 'single-owner',
    onFact(fact, check) {
      switch (fact.kind) {
        case 'log.capability-issued': {
          const { session, owner, generation } = fact;
          const known = tenures.session(session);
          const highest = known?.generation ?? -1;
          check(
            generation > highest,
            session,
            () => `generation ${generation} for ${owner}, ${highest} was granted before`,
          );
          const live = known?.live;
          check(
            live === undefined,
            session,
            () => `granted to ${owner}, and ${live?.owner ?? ''} holds generation ${live?.generation ?? 0}`,
          );
          check(known?.hasEnded !== true, session, () => `granted to ${owner}, and it has ended`);
          break;
        }
        case 'log.capability-used':
        case 'log.lease-renewed': {
          const { session, owner, generation } = fact;
          const live = tenures.session(session)?.live;
          check(live?.owner === owner && live.generation === generation, session, () => {
            const now = live === undefined ? 'nobody' : `${live.owner} in ${live.generation}`;
            return `${fact.kind} by ${owner} in generation ${generation}; its owner is ${now}`;
          });
          break;
        }
        case 'node.opened':
          holdings.lose(fact.node);
          break;
        case 'worker.lease': {
          const { node, session, generation } = fact;
          const owner = tenures.ownerOf(session, generation);
          check(
            owner !== undefined && nodeOf(owner) === node,
            session,
            () => `${node} holds generation ${generation}, which was granted to ${owner ?? 'nobody'}`,
          );
          check(
            !holdings.isOfFormerLife(node, session, generation),
            session,
            () => `${node} holds generation ${generation} again, which was granted to a former life of it`,
          );
          holdings.take(node, session, generation);
          break;
        }
        case 'worker.acts': {
          const { node, session, generation, act } = fact;
          check(
            holdings.has(node, session, generation),
            session,
            () => `${node} is about to ${act} in generation ${generation}, which it does not hold`,
          );
          check(tenures.isLive(session, generation), session, () => {
            const live = tenures.session(session)?.live;
            const now = live === undefined ? 'nobody' : `${live.owner} in ${live.generation}`;
            return `${node} is about to ${act} in generation ${generation}; its owner is ${now}`;
          });
          break;
        }
        case 'worker.lost':
          holdings.drop(fact.node, fact.session, fact.generation);
          break;
        default:
      }
      tenures.observe(fact);
    },
  };
}

/** Which generations each node holds in its present life, and which it held in former ones. */
class Holdings {
  readonly #nodes = new Map<string, { readonly now: Set<string>; readonly former: Set<string> }>();

  has(node: string, session: string, generation: number): boolean {
    return this.#nodes.get(node)?.now.has(tenureName(session, generation)) === true;
  }

  isOfFormerLife(node: string, session: string, generation: number): boolean {
    return this.#nodes.get(node)?.former.has(tenureName(session, generation)) === true;
  }

  take(node: string, session: string, generation: number): void {
    const known = this.#nodes.get(node) ?? { now: new Set(), former: new Set() };
    known.now.add(tenureName(session, generation));
    this.#nodes.set(node, known);
  }

  drop(node: string, session: string, generation: number): void {
    this.#nodes.get(node)?.now.delete(tenureName(session, generation));
  }

  /** A new life of the node begins, with nothing. */
  lose(node: string): void {
    const known = this.#nodes.get(node);
    if (known === undefined) return;
    for (const name of known.now) known.former.add(name);
    known.now.clear();
  }
}
