import type { RecordedChoice } from '../kernel/tape.js';
import type { RecordedEvent } from '../trace/event.js';

/**
 * The events at which choices show, by position in the trace. A choice knows the first event of its frame; where the fault that it is about
 * strikes in that frame, it shows there.
 */
export function choicePlaces(
  trace: readonly RecordedEvent[],
  choices: readonly RecordedChoice[],
): ReadonlyMap<number, readonly RecordedChoice[]> {
  const places = new Map<number, RecordedChoice[]>();
  for (const choice of choices.toSorted((left, right) => left.position - right.position)) {
    const begin = trace.findIndex(({ index }) => index >= choice.event);
    if (begin < 0) continue;
    const place = strikeOf(trace, begin, choice) ?? begin;
    const here = places.get(place);
    if (here === undefined) places.set(place, [choice]);
    else here.push(choice);
  }
  return places;
}

/** Where, from its frame on and at its time, the fault of a choice strikes. */
function strikeOf(
  trace: readonly RecordedEvent[],
  begin: number,
  { frame, label, atMs }: RecordedChoice,
): number | undefined {
  // What is chosen before anything happens strikes later, if ever.
  if (frame === 0) return undefined;
  for (let place = begin; trace[place]?.atMs === atMs; place += 1) {
    const fault = trace[place]?.event['fault'];
    if (typeof fault === 'string' && (label === fault || label.startsWith(`${fault}.`))) return place;
  }
  return undefined;
}
