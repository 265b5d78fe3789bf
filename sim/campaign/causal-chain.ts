import type { RecordedChoice } from '../kernel/tape.js';
import type { Verdict } from '../kernel/voyage.js';
import type { RecordedEvent } from '../trace/event.js';
import { choicePlaces } from './choice-places.js';
import { choiceWords, eventWords } from './event-words.js';
import { laneOf, weighEvents } from './weigh-events.js';

/** One event on the way from the choices of a run to its violation. */
export interface CausalLink {
  readonly event: RecordedEvent;
  /** Why it is in the chain. */
  readonly relation: 'choice' | 'message' | 'same-node' | 'disk' | 'violation';
  /** Position in `links` of what brought it about; null for a first cause. */
  readonly cause: number | null;
  /** The choice that was made right here, the first when there were several: `words` tell of all. */
  readonly choice: RecordedChoice | null;
  /** One plain sentence. */
  readonly words: string;
}

/** How the choices of a run led to its violation: in order of time, the violation last. */
export interface CausalChain {
  readonly links: readonly CausalLink[];
}

/** A person reads no more. */
export const linksMax = 15;
/** Of these, at most so many because a choice was made there: those that weigh most. */
const choiceLinksMax = 5;
const picksMax = 11;
const choicesShown = 4;

/** The kinds of events that choices under a label bring about. */
const roots: Readonly<Record<string, string>> = {
  'process.crashed': 'crash.',
  'disk.crashed': 'crash.',
  'process.paused': 'pause.',
  'disk.fault': 'disk.',
  'network.fault': 'network.',
  'network.dropped': 'network.',
  'clock.fault': 'clock.',
};

type Places = ReadonlyMap<number, readonly RecordedChoice[]>;

/** What led to the violation of a run that failed, and had everything recorded. Without links for any other. */
export function causalChain({ trace, choices, violation }: Verdict): CausalChain {
  const end = trace.findIndex(({ event }) => event.kind === 'violation');
  if (violation === undefined || end < 0) return { links: [] };
  // What else its last event did came after it.
  const events = trace.slice(0, end + 1);
  const places = choicePlaces(events, choices);
  const picked = pick(events, weighEvents(events, violation), places);
  const links: CausalLink[] = [];
  for (const place of picked) {
    const event = events[place];
    if (event !== undefined) links.push(linkOf(links, event, places.get(place) ?? [], violation.message));
  }
  return { links };
}

/** The places of the chain, in order: the violation, choices, what weighs most, and the messages that brought it there. */
function pick(
  events: readonly RecordedEvent[],
  weights: readonly number[],
  places: Places,
): readonly number[] {
  const end = events.length - 1;
  const telling = tellingOf(places, weights);
  const chosen = [...places.keys()]
    .toSorted((left, right) => (telling.get(right) ?? 0) - (telling.get(left) ?? 0) || right - left)
    .slice(0, choiceLinksMax);
  const isChosen = new Set(chosen);
  const heaviest = weights
    .map((weight, place) => ({ weight, place }))
    .filter(({ weight, place }) => weight > 0 && place !== end && !isChosen.has(place))
    .toSorted((left, right) => right.weight - left.weight || right.place - left.place)
    .slice(0, picksMax - chosen.length)
    .map(({ place }) => place);
  const picks = new Set([end, ...chosen, ...heaviest]);
  for (const place of heaviest) {
    for (const join of joinOf(events, place)) if (picks.size < linksMax) picks.add(join);
  }
  return [...picks].toSorted((left, right) => left - right);
}

/** How much each place of choices says. A choice of a label under which a run has chosen often, a latency say, is one of many. */
function tellingOf(places: Places, weights: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<string, number>();
  for (const { label } of [...places.values()].flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return new Map(
    [...places].map(([place, choices]) => {
      const rarest = Math.min(...choices.map(({ label }) => counts.get(label) ?? 1));
      return [place, (1 + (weights[place] ?? 0)) / rarest];
    }),
  );
}

/** The message that a machine had just been given when it did this, and where that was sent. */
function joinOf(events: readonly RecordedEvent[], place: number): readonly number[] {
  const at = events[place];
  if (at === undefined) return [];
  for (let before = place; before >= 0 && events[before]?.atMs === at.atMs; before -= 1) {
    const event = events[before]?.event;
    if (event?.kind !== 'network.delivered' || laneOf(event) !== laneOf(at.event)) continue;
    const sent = events.findLastIndex(
      ({ event: { kind, message } }, index) =>
        index < before && kind === 'network.sent' && message === event['message'],
    );
    return sent < 0 ? [before] : [before, sent];
  }
  return [];
}

function linkOf(
  before: readonly CausalLink[],
  recorded: RecordedEvent,
  choices: readonly RecordedChoice[],
  message: string,
): CausalLink {
  const { event } = recorded;
  const cause = causeOf(before, recorded);
  const [choice = null] = choices;
  return {
    event: recorded,
    relation: relationOf(before, recorded, choice, cause),
    cause,
    choice,
    words: wordsOf(recorded, choices, event.kind === 'violation' ? message : ''),
  };
}

function relationOf(
  before: readonly CausalLink[],
  { event }: RecordedEvent,
  choice: RecordedChoice | null,
  cause: number | null,
): CausalLink['relation'] {
  if (event.kind === 'violation') return 'violation';
  if (choice !== null) return 'choice';
  if (event.kind.startsWith('network.')) return 'message';
  if (event.kind.startsWith('disk.') || event.kind === 'log.recovered') return 'disk';
  const from = cause === null ? undefined : before[cause]?.event.event;
  return from === undefined || laneOf(from) === laneOf(event) ? 'same-node' : 'message';
}

/** Of what is in the chain already: where a message was sent; the choice of a fault; what its machine did before; what was before it at all. */
function causeOf(before: readonly CausalLink[], { event }: RecordedEvent): number | null {
  const { kind } = event;
  const last = before.length - 1;
  if (kind === 'violation') return last < 0 ? null : last;
  const find = (isCause: (link: CausalLink) => boolean): number | undefined => {
    const place = before.findLastIndex(isCause);
    return place < 0 ? undefined : place;
  };
  const sent =
    kind === 'network.delivered' || kind === 'network.dropped'
      ? find(
          (link) =>
            link.event.event.kind === 'network.sent' && link.event.event['message'] === event['message'],
        )
      : undefined;
  const root = roots[kind];
  const chosen =
    root === undefined ? undefined : find(({ choice }) => choice?.label.startsWith(root) === true);
  const same = find((link) => laneOf(link.event.event) === laneOf(event));
  return sent ?? chosen ?? same ?? (last < 0 ? null : last);
}

function wordsOf({ event }: RecordedEvent, choices: readonly RecordedChoice[], message: string): string {
  if (event.kind === 'violation') return `${eventWords(event).slice(0, -1)}: ${message}.`;
  if (choices.length === 0) return eventWords(event);
  const chosen = choiceWords(choices, choicesShown);
  if (choices.every(({ frame }) => frame === 0))
    return `Before anything happens, the tape chooses ${chosen}.`;
  return `${eventWords(event).slice(0, -1)}; here the tape chooses ${chosen}.`;
}
