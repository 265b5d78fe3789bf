import type { EndpointType } from './endpoint-type.js';

/** The sides of one conversation, by role. */
export type Sides = ReadonlyMap<string, EndpointType>;

/** How far a sender may be ahead of a receiver in what is explored: enough for it to overtake. */
const aheadMax = 2;

/** A protocol with more points than this is not judged. */
const configurationsMax = 20_000;

/** Protocols are written so that this cannot happen to those who follow them. */
export class IncoherentProtocol extends Error {
  readonly code = 'SESSION_INCOHERENT_PROTOCOL';
  override readonly name = 'IncoherentProtocol';
}

/**
 * That sides fit together: wherever they get to, each message can be taken by the one that it is for when its turn comes, and either all
 * have ended with nothing left on the way, or somebody can go on. Followed through all that they can do, with messages on the way.
 *
 * @throws {@link IncoherentProtocol}
 */
export function assertCoherent(sides: Sides): void {
  const start: Configuration = {
    states: new Map([...sides.keys()].map((role) => [role, 0])),
    waiting: new Map(),
  };
  const known = new Set([keyOf(start)]);
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const next = stepsFrom(sides, at);
    if (next.length === 0 && !isDone(sides, at)) throw new IncoherentProtocol(`stuck at ${keyOf(at)}`);
    for (const configuration of next) {
      const key = keyOf(configuration);
      if (known.has(key)) continue;
      if (known.size >= configurationsMax) throw new IncoherentProtocol('too large to be judged');
      known.add(key);
      open.push(configuration);
    }
  }
}

/** Where each role stands, and the labels on the way on each edge, oldest first. */
interface Configuration {
  readonly states: ReadonlyMap<string, number>;
  readonly waiting: ReadonlyMap<string, readonly string[]>;
}

function stepsFrom(sides: Sides, { states, waiting }: Configuration): readonly Configuration[] {
  return [...sides].flatMap(([role, type]) => {
    const state = states.get(role) ?? 0;
    const allowed = type.allowed(state);
    const [first] = allowed;
    if (first === undefined) return [];
    const { direction, partner } = first;
    if (!sides.has(partner) || partner === role)
      throw new IncoherentProtocol(`\`${role}\` knows no \`${partner}\``);
    const edge = JSON.stringify(direction === 'send' ? [role, partner] : [partner, role]);
    const labels = waiting.get(edge) ?? [];
    const [head, ...rest] = labels;
    if (direction === 'receive' && head === undefined) return [];
    if (direction === 'send' && labels.length >= aheadMax) return [];
    const taken = direction === 'send' ? allowed : [{ direction, partner, label: head ?? '' }];
    return taken.map((action) => {
      const advance = type.advance(state, action);
      if (advance.kind === 'refused') throw new IncoherentProtocol(`\`${role}\`: ${advance.refusal.message}`);
      return {
        states: new Map(states).set(role, advance.state),
        waiting: new Map(waiting).set(edge, direction === 'send' ? [...labels, action.label] : rest),
      };
    });
  });
}

function isDone(sides: Sides, { states, waiting }: Configuration): boolean {
  const areOver = [...sides].every(([role, type]) => type.isEnd(states.get(role) ?? 0));
  return areOver && [...waiting.values()].every((labels) => labels.length === 0);
}

function keyOf({ states, waiting }: Configuration): string {
  const onTheWay = [...waiting]
    .filter(([, labels]) => labels.length > 0)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([[...states], onTheWay]);
}
