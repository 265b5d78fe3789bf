import type { RecordedChoice, TapeSource } from '../kernel/tape.js';

/** The non-benign choices of a run. */
export type Choices = readonly RecordedChoice[];

/**
 * Sails candidates, and answers with the first of them, in their order, that fails as the failure in hand does and is accepted; the
 * choices are those that its run really made. Undefined when none does, or when the budget is spent. Each is made when it is its turn: all of
 * them at once would take gigabytes, one choice in thousands being left out of each.
 */
export type FirstFailing = (
  candidates: readonly (() => TapeSource)[],
  accepts: (choices: Choices) => boolean,
) => Promise<{ readonly index: number; readonly choices: Choices } | undefined>;

/** So many units are kept one by one, and the rest is left to coarser means. */
const keptMax = 16;

/** Between how many of its neighbours, at most, what lies before a choice is taken out. */
const neighboursMax = 12;
/** With more choices left, that takes thousands of trials and gains little. */
const movedUpMax = 64;

/** By how many draws of its label, at most, a choice comes sooner or later for another one that is left out. */
const tradeDrawsMax = 4;
/** With more choices left, that takes thousands of trials. */
const tradedMax = 48;

/**
 * Fewest choices, then smallest values: a whole run is shrunk over its tape, so workload, faults, interleaving and timing at once.
 *
 * First the few that are needed are looked for: of whole labels, which are a kind of fault or a part of the workload, then in time. What
 * is left goes in halves, quarters and so on down to one (delta debugging, Zeller and Hildebrandt 2002): labels, neighbours in time,
 * neighbours under a label. Then all draws between two choices are taken out, so that the later one moves up to the place of the earlier:
 * the second operation becomes the first. What stays is lowered. All of it again, until nothing gives way; then two at a time: one is left out,
 * and another one moves to a neighbouring draw of its label. What a candidate's run did not ask for is gone from then on.
 */
export async function shrinkChoices(start: Choices, firstFailing: FirstFailing): Promise<Choices> {
  const calm = await firstFailing([() => ({ choices: [] })], () => true);
  if (calm !== undefined) return calm.choices;
  let best = start;
  for (;;) {
    const before = sizesOf(best);
    best = await keepNeeded(best, labels, firstFailing);
    best = await keepNeeded(best, inTime, firstFailing);
    best = await drop(best, labels, firstFailing);
    best = await drop(best, inTime, firstFailing);
    best = await drop(best, byLabel, firstFailing);
    best = await moveUp(best, firstFailing);
    best = await lower(best, firstFailing);
    if (sizesOf(best) === before) best = await trade(best, firstFailing);
    if (sizesOf(best) === before) return best;
  }
}

/**
 * Finds the units that are needed, the last one first: the shortest beginning that still fails ends with one of them. It is looked for by
 * thirds, so that two workers have something to do. It is kept, and what comes before it is shortened again (QuickXplain, Junker 2004). A
 * few units of thousands take a few dozen trials, where taking windows away takes thousands; where ever more turn out to be needed, that is
 * left to those.
 */
async function keepNeeded(
  start: Choices,
  unitsOf: (choices: Choices) => readonly Choices[],
  firstFailing: FirstFailing,
): Promise<Choices> {
  let best = start;
  const kept: Choices[] = [];
  let rest = unitsOf(best);
  while (rest.length > 0 && kept.length < keptMax) {
    let passes = -1;
    let fails = rest.length;
    while (fails - passes > 1) {
      const third = Math.max(1, Math.floor((fails - passes) / 3));
      const ends = [...new Set([passes + third, Math.min(fails - 1, passes + 2 * third)])];
      const candidates = ends.map((end) => (): TapeSource => ({
        choices: [...kept, ...rest.slice(0, end)].flat(),
      }));
      const found = await firstFailing(candidates, () => true);
      passes = ends[found === undefined ? ends.length - 1 : found.index - 1] ?? passes;
      if (found === undefined) continue;
      fails = ends[found.index] ?? fails;
      best = found.choices;
    }
    const needed = rest[fails - 1];
    if (needed !== undefined) kept.push(needed);
    rest = rest.slice(0, Math.max(0, fails - 1));
  }
  return best;
}

/** Takes windows of units away, ever smaller ones. */
async function drop(
  start: Choices,
  unitsOf: (choices: Choices) => readonly Choices[],
  firstFailing: FirstFailing,
): Promise<Choices> {
  let best = start;
  for (let width = half(unitsOf(best).length); width > 0; width = width === 1 ? 0 : half(width)) {
    for (let from = 0; ;) {
      const units = unitsOf(best);
      const candidates: (() => TapeSource)[] = [];
      for (let at = from; at < units.length; at += width) {
        candidates.push(() => ({ choices: [...units.slice(0, at), ...units.slice(at + width)].flat() }));
      }
      const found = await firstFailing(candidates, isFewerThan(best));
      if (found === undefined) break;
      best = found.choices;
      // What came after the window has taken its place.
      from += found.index * width;
    }
  }
  return best;
}

/**
 * Takes out all draws from one choice up to another, and those after one up to another: what counts how much there is to do often comes
 * before it, and stays. The nearest first.
 */
async function moveUp(start: Choices, firstFailing: FirstFailing): Promise<Choices> {
  let best = start;
  if (best.length > movedUpMax) return best;
  for (let distance = 1; distance <= neighboursMax; distance += 1) {
    for (let from = 0; ;) {
      const ordered = best.toSorted((left, right) => left.position - right.position);
      const candidates = ordered
        .slice(from, -distance)
        .flatMap(({ position }, index): (() => TapeSource)[] => {
          const to = ordered[from + index + distance]?.position ?? position;
          return [position, position + 1].map((begin) => () => ({ values: withoutSpan(ordered, begin, to) }));
        });
      const found = await firstFailing(candidates, isEarlierThan(best));
      if (found === undefined) break;
      best = found.choices;
      from += Math.floor(found.index / 2);
    }
  }
  return best;
}

/**
 * Leaves a choice out, and lets another one come a few draws of its label sooner or later: a delay may only decide which draw meets the moment
 * that matters. The nearest first.
 */
async function trade(start: Choices, firstFailing: FirstFailing): Promise<Choices> {
  let best = start;
  if (best.length > tradedMax) return best;
  for (let distance = 1; distance <= tradeDrawsMax; distance += 1) {
    for (let from = 0; ;) {
      const trades = best
        .slice(from)
        .flatMap((gone, index) =>
          tradesFor(best, gone, distance).map((source) => ({ source, at: from + index })),
        );
      const found = await firstFailing(
        trades.map(({ source }) => source),
        isFewerThan(best),
      );
      if (found === undefined) break;
      best = found.choices;
      from = trades[found.index]?.at ?? 0;
    }
  }
  return best;
}

function tradesFor(choices: Choices, gone: RecordedChoice, distance: number): readonly (() => TapeSource)[] {
  const rest = choices.filter((choice) => choice !== gone);
  const isFree = (label: string, occurrence: number): boolean =>
    occurrence >= 0 && !rest.some((choice) => choice.label === label && choice.occurrence === occurrence);
  return rest.flatMap((moved) =>
    [moved.occurrence - distance, moved.occurrence + distance]
      .filter((occurrence) => isFree(moved.label, occurrence))
      .map((occurrence) => () => ({
        choices: rest.map((choice) => (choice === moved ? { ...choice, occurrence } : choice)),
      })),
  );
}

function withoutSpan(choices: Choices, from: number, to: number): ReadonlyMap<number, number> {
  const values = new Map<number, number>();
  for (const { position, value } of choices) {
    if (position < from) values.set(position, value);
    else if (position >= to) values.set(position - (to - from), value);
  }
  return values;
}

function isFewerThan(best: Choices): (choices: Choices) => boolean {
  return ({ length }) => length < best.length;
}

function isEarlierThan(best: Choices): (choices: Choices) => boolean {
  const positions = sumOf(best, 'position');
  return (choices) =>
    choices.length < best.length ||
    (choices.length === best.length &&
      sumOf(choices, 'value') <= sumOf(best, 'value') &&
      sumOf(choices, 'position') < positions);
}

/** Makes each value as small as it may be, on its own. */
async function lower(start: Choices, firstFailing: FirstFailing): Promise<Choices> {
  let best = start;
  for (const { label, occurrence } of start) {
    const isSame = (choice: RecordedChoice): boolean =>
      choice.label === label && choice.occurrence === occurrence;
    for (;;) {
      const from = best;
      const value = from.find(isSame)?.value ?? 0;
      const candidates = smallerValues(value).map((smaller) => (): TapeSource => ({
        choices: from.map((choice) => (isSame(choice) ? { ...choice, value: smaller } : choice)),
      }));
      const found = await firstFailing(candidates, isLowerThan(best));
      if (found === undefined) break;
      best = found.choices;
    }
  }
  return best;
}

function isLowerThan(best: Choices): (choices: Choices) => boolean {
  return (choices) => choices.length <= best.length && sumOf(choices, 'value') < sumOf(best, 'value');
}

/** Towards 1 by halving the distance, the boldest first. */
function smallerValues(value: number): readonly number[] {
  const values: number[] = [];
  for (let distance = value - 1; distance > 0; distance = Math.floor(distance / 2))
    values.push(value - distance);
  return values;
}

function labels(choices: Choices): readonly Choices[] {
  const groups = new Map<string, RecordedChoice[]>();
  for (const choice of choices) {
    const group = groups.get(choice.label);
    if (group === undefined) groups.set(choice.label, [choice]);
    else group.push(choice);
  }
  return [...groups.values()];
}

function inTime(choices: Choices): readonly Choices[] {
  return choices.toSorted((left, right) => left.frame - right.frame).map((choice) => [choice]);
}

function byLabel(choices: Choices): readonly Choices[] {
  return labels(choices)
    .flat()
    .map((choice) => [choice]);
}

function half(count: number): number {
  return Math.ceil(count / 2);
}

/** None of the passes makes a run greater in the first of these that it changes. */
function sizesOf(choices: Choices): string {
  return [choices.length, sumOf(choices, 'value'), sumOf(choices, 'position')].join('/');
}

function sumOf(choices: Choices, field: 'value' | 'position'): number {
  return choices.reduce((sum, choice) => sum + choice[field], 0);
}
