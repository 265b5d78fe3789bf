import seedrandom from 'seedrandom';
import { hashText, Mix } from '../trace/mix.js';
import { isSeed, SeedInvalid } from './parse-seed.js';

/** One choice that was not the benign one: the `occurrence`-th draw (from 0) under `label` gave `value`. */
export interface Choice {
  readonly label: string;
  readonly occurrence: number;
  readonly value: number;
}

/** A choice with the frame in which it was drawn: 0 is the set-up, then one frame per event of the kernel. */
export interface RecordedChoice extends Choice {
  readonly frame: number;
  /** How many draws came before it, under any label. */
  readonly position: number;
  /** Virtual time of that frame. */
  readonly atMs: number;
  /** Index of the first traced event of that frame, or of what was traced next. */
  readonly event: number;
}

/** A seed, and the labels under which all draws are 0 nevertheless: what a run is without one fault, and else the same. */
export interface SeedSource {
  readonly seed: number;
  readonly without?: readonly string[];
}

/**
 * Where a tape's draws come from: a seed; the non-zero choices of an earlier run (all others are 0); or values by position, whatever the
 * label (the others are 0, and so is a value that does not fit its draw). Only a shrinker wants the last: taking out what lies between two
 * choices moves all that follows to the place that became free, which labels prevent.
 */
export type TapeSource =
  SeedSource | { readonly choices: readonly Choice[] } | { readonly values: ReadonlyMap<number, number> };

/**
 * What becomes of the seeded draws under one label: `off` is 0 each time, `raised` falls in the upper half, undefined is as ever. What
 * is replayed stays what it was.
 */
export type Steering = (label: string) => 'off' | 'raised' | undefined;

/** The highest bound that one draw may have. */
export const drawBoundMax = 2 ** 32;

/** A draw was asked for that cannot be made: see {@link Tape.draw}, {@link Tape.chance} and {@link Tape.between}. */
export class DrawInvalid extends Error {
  readonly code = 'DRAW_INVALID';
  override readonly name = 'DrawInvalid';
  readonly label: string;
  constructor(label: string, problem: string) {
    super(`draw ${label}: ${problem}`);
    this.label = label;
  }
}

/** A choice to be replayed is none, or is there twice. */
export class ChoiceInvalid extends Error {
  readonly code = 'CHOICE_INVALID';
  override readonly name = 'ChoiceInvalid';
  readonly choice: Choice;
  constructor(choice: Choice, problem: string) {
    super(`choice ${choice.label}#${choice.occurrence} = ${choice.value}: ${problem}`);
    this.choice = choice;
  }
}

/** The draws under one label. `next` gives the raw value of a draw; a replayed one is taken from `replay`, by occurrence. */
interface Stream {
  readonly label: string;
  readonly word: number;
  readonly next: (() => number) | undefined;
  readonly replay: ReadonlyMap<number, number> | undefined;
  occurrence: number;
}

/**
 * Every choice of a run, and its only source of chance. Design section 4.
 *
 * Models: independent choices, addressed by label and occurrence, so that adding or removing draws under one label moves
 * nothing under another. 0 is always the benign choice: no fault, least delay, first in line, smallest workload.
 *
 * Does not model: chance that depends on other chance, or non-uniform draws. That is safe because code that wants them builds
 * them from draws, and so from choices that can be replayed and removed one by one.
 *
 * Exhaustion is decided: a replayed tape answers 0 wherever it holds no choice, and a choice that no longer fits its bound
 * counts as a misfit and is answered with 0, so that a stale tape can be told from a fixed bug.
 */
export class Tape {
  readonly #seed: number | undefined;
  readonly #without: ReadonlySet<string>;
  readonly #replayed: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly #replayedCount: number;
  readonly #values: ReadonlyMap<number, number> | undefined;
  readonly #streams = new Map<string, Stream>();
  readonly #recorded: RecordedChoice[] | undefined;
  readonly #mix = new Mix();
  #steering: Steering | undefined;
  #drawCount = 0;
  #frameCount = 0;
  #frameAtMs = 0;
  #frameEvent = 0;
  #misfits = 0;
  #used = 0;

  /** @throws {@link SeedInvalid} or {@link ChoiceInvalid}. */
  constructor(source: TapeSource, options: { readonly record: boolean } = { record: false }) {
    this.#recorded = options.record ? [] : undefined;
    if ('seed' in source && !isSeed(source.seed)) throw new SeedInvalid(String(source.seed));
    this.#seed = 'seed' in source ? source.seed : undefined;
    this.#without = new Set('seed' in source ? source.without : []);
    const choices = 'choices' in source ? source.choices : [];
    this.#replayed = byLabel(choices);
    this.#replayedCount = choices.length;
    this.#values = 'values' in source ? source.values : undefined;
  }

  /**
   * One choice: a whole number in `[0, bound)`, 0 being the benign one.
   *
   * @param label - What is chosen, dotted: `disk.crash.lost`.
   * @param bound - A whole number from 1 to {@link drawBoundMax}.
   * @throws {@link DrawInvalid}
   */
  draw(label: string, bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > drawBoundMax) {
      throw new DrawInvalid(label, `bound ${bound}, want a whole number from 1 to 2^32`);
    }
    const stream = this.#streams.get(label) ?? this.#open(label);
    // The raw draw has 32 bits: the product is below the bound.
    const seeded = stream.next === undefined ? undefined : Math.floor(stream.next() * bound);
    return this.#take(stream, bound, seeded);
  }

  /**
   * True in `numerator` of `denominator` cases; never on the benign tape. On the tape it is a choice between 0 and 1, so that a
   * recording holds what struck, and nothing of all that did not.
   *
   * @param numerator - From 0, and less than `denominator`: what is certain is not drawn.
   * @throws {@link DrawInvalid}
   */
  chance(label: string, numerator: number, denominator: number): boolean {
    if (!Number.isInteger(numerator) || numerator < 0 || numerator >= denominator) {
      throw new DrawInvalid(
        label,
        `a chance of ${numerator} in ${denominator}, want at least 0 and less than 1`,
      );
    }
    const stream = this.#streams.get(label) ?? this.#open(label);
    const seeded = stream.next === undefined ? undefined : Number(stream.next() * denominator < numerator);
    return this.#take(stream, 2, seeded) === 1;
  }

  /**
   * A whole number in `[least, most]`; `least` on the benign tape.
   *
   * @throws {@link DrawInvalid}
   */
  between(label: string, least: number, most: number): number {
    if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || most < least) {
      throw new DrawInvalid(label, `between ${least} and ${most}, want two whole numbers, the lesser first`);
    }
    return least + this.draw(label, most - least + 1);
  }

  /** One of `options`; the first on the benign tape. */
  pick<T>(label: string, options: readonly [T, ...T[]]): T {
    return options[this.draw(label, options.length)] ?? options[0];
  }

  /** Narrows or strengthens what the seed gives. Called before the first draw. */
  steer(steering: Steering): void {
    this.#steering = steering;
  }

  /** A choice that the caller makes where the tape has a seed, put on the tape as if drawn; replayed as any other. */
  choose(label: string, bound: number, value: number): number {
    const stream = this.#streams.get(label) ?? this.#open(label);
    return this.#take(stream, bound, this.#seed === undefined ? undefined : value);
  }

  /** Undefined when the tape is replayed. */
  get seed(): number | undefined {
    return this.#seed;
  }

  /**
   * A choice that no seed makes: 0 unless somebody has put one under this label on the tape. For what is ordered, run by run, and not
   * left to chance.
   *
   * @throws {@link DrawInvalid}
   */
  ordered(label: string, bound: number): number {
    return this.#replayed.has(label) ? this.draw(label, bound) : 0;
  }

  /** Called by the kernel before each event: draws until the next call belong to one frame. */
  beginFrame(atMs: number, event: number): void {
    this.#frameCount += 1;
    this.#frameAtMs = atMs;
    this.#frameEvent = event;
  }

  get drawCount(): number {
    return this.#drawCount;
  }

  get frameCount(): number {
    return this.#frameCount;
  }

  /** The rolling mix over all draws. madsim's idea: what is drawn is checked where it is drawn. */
  get mix(): Mix {
    return this.#mix;
  }

  /** The non-zero choices so far. Empty unless the tape records. */
  choices(): readonly RecordedChoice[] {
    return this.#recorded ?? [];
  }

  /** Of a replayed tape: choices that did not fit, and choices that no draw has asked for yet. */
  staleness(): { readonly misfits: number; readonly unused: number } {
    return { misfits: this.#misfits, unused: this.#replayedCount - this.#used - this.#misfits };
  }

  /** Takes the seeded value, or else the replayed one, and notes it. */
  #take(stream: Stream, bound: number, seeded: number | undefined): number {
    const { label, occurrence } = stream;
    stream.occurrence = occurrence + 1;
    const value = seeded ?? this.#replay(stream, occurrence, bound);
    this.#drawCount += 1;
    this.#mix.word(stream.word);
    this.#mix.word(bound);
    this.#mix.word(value);
    if (value !== 0 && this.#recorded !== undefined) {
      const position = this.#drawCount - 1;
      const place = { frame: this.#frameCount, position, atMs: this.#frameAtMs, event: this.#frameEvent };
      this.#recorded.push({ label, occurrence, value, ...place });
    }
    return value;
  }

  #replay(stream: Stream, occurrence: number, bound: number): number {
    if (this.#values !== undefined) {
      const value = this.#values.get(this.#drawCount) ?? 0;
      return value < bound ? value : 0;
    }
    const chosen = stream.replay?.get(occurrence);
    if (chosen === undefined) return 0;
    if (chosen >= bound) {
      this.#misfits += 1;
      return 0;
    }
    this.#used += 1;
    return chosen;
  }

  #chance(label: string): (() => number) | undefined {
    const steered = this.#steering?.(label);
    if (this.#seed === undefined || steered === 'off') return undefined;
    const next = seedrandom.alea(`${this.#seed}/${label}`);
    return steered === 'raised' ? () => (1 + next()) / 2 : next;
  }

  #open(label: string): Stream {
    const stream: Stream = {
      label,
      word: hashText(label),
      next: this.#without.has(label) ? undefined : this.#chance(label),
      replay: this.#replayed.get(label),
      occurrence: 0,
    };
    this.#streams.set(label, stream);
    return stream;
  }
}

function byLabel(choices: readonly Choice[]): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const streams = new Map<string, Map<number, number>>();
  for (const choice of choices) {
    const { label, occurrence, value } = choice;
    if (!Number.isSafeInteger(occurrence) || occurrence < 0)
      throw new ChoiceInvalid(choice, 'no such occurrence');
    if (!Number.isInteger(value) || value < 1 || value >= drawBoundMax) {
      throw new ChoiceInvalid(choice, 'want a whole number from 1, below 2^32');
    }
    const stream = streams.get(label) ?? new Map<number, number>();
    if (stream.has(occurrence)) throw new ChoiceInvalid(choice, 'chosen twice');
    stream.set(occurrence, value);
    streams.set(label, stream);
  }
  return streams;
}
