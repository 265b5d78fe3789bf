import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { callOf, type CursorPlaces } from './operation-facts.js';
import { RegistryModel } from './registry-model.js';

/** What was durable when a call came. */
interface Floor {
  readonly watermark: number;
  readonly cursors: CursorPlaces;
}

const names = ['applied', 'observed', 'injected'] as const;

/**
 * Cursors are monotonic and injected <= observed <= watermark; so is `applied`. Whoever is told that a cursor has moved finds it there,
 * whoever asks for too much is refused, and nobody else.
 */
export function cursorsBounded(): Oracle<Fact> {
  const model = new RegistryModel();
  const floors = new Map<string, Floor>();
  return {
    id: 'cursors-bounded',
    onFact(fact, check) {
      if (fact.kind === 'log.cursors') {
        judgeBounds('the log', fact, model.watermark, check);
        judgeOrder('the log', fact, model.cursors, check);
      } else if (fact.kind === 'call.reached' && fact.purpose === 'cursors') {
        floors.set(callOf(fact), { watermark: model.watermark, cursors: model.cursors });
      } else if (fact.kind === 'client.cursors') {
        judgeBounds(fact.node, fact, model.watermark, check);
        judgeOrder(fact.node, fact, floors.get(callOf(fact))?.cursors ?? fact, check);
        judgeOrder('the log', model.cursors, fact, check);
      } else if (fact.kind === 'client.advanced') {
        const floor = floors.get(callOf(fact));
        if (fact.accepted) judgeOrder('the log', model.cursors, fact, check);
        else if (floor !== undefined) judgeRefusal(fact, floor, check);
      }
      model.fold(fact);
    },
  };
}

function judgeBounds(who: string, cursors: CursorPlaces, watermark: number, check: Check): void {
  const { applied, observed, injected } = cursors;
  check(
    injected <= observed && observed <= watermark && applied <= watermark,
    who,
    () => `cursors ${placesText(cursors)}, and the watermark is ${watermark}`,
  );
}

/** None of `cursors` is behind `least`. */
function judgeOrder(who: string, cursors: CursorPlaces, least: CursorPlaces, check: Check): void {
  check(
    names.every((name) => cursors[name] >= least[name]),
    who,
    () => `cursors ${placesText(cursors)}, behind ${placesText(least)}`,
  );
}

function judgeRefusal(
  asked: { readonly node: string } & CursorPlaces,
  { watermark, cursors }: Floor,
  check: Check,
): void {
  const { applied, observed, injected } = asked;
  check(
    applied > watermark || observed > watermark || injected > Math.max(cursors.observed, observed),
    asked.node,
    () => `refused to move cursors to ${placesText(asked)}, with ${placesText(cursors)} and ${watermark}`,
  );
}

function placesText({ applied, observed, injected }: CursorPlaces): string {
  return `applied ${applied}, observed ${observed}, injected ${injected}`;
}
