import seedrandom from 'seedrandom';
import { hashText, Mix } from '../trace/mix.js';

/** One choice that was not the benign one: the `occurrence`-th draw (from 0) under `label` gave `value`. */
export interface Choice {
  readonly label: string;
  readonly occurrence: number;
  readonly value: number;
}

/** Where a tape's draws come from: a seed, or the non-zero choices of an earlier run (all others are 0). */
export type TapeSource = { readonly seed: number } | { readonly choices: readonly Choice[] };

interface Stream {
  readonly word: number;
  readonly next: ((occurrence: number) => number) | undefined;
  readonly replay: ReadonlyMap<number, number> | undefined;
  occurrence: number;
}

/** The highest bound that one draw may have. */
export const drawBoundMax = 2 ** 32;

/**
 * Every choice of a run, and its only source of chance. Design section 4.
 *
 * Models: independent choices, addressed by label and occurrence, so that adding or removing draws under one label moves
 * nothing under another. 0 is always the benign choice: no fault, least delay, first in line, smallest workload.
 *
 * Exhaustion is decided: a replayed tape answers 0 wherever it holds no choice, and a choice that no longer fits its bound
 * counts as a misfit and is answered with 0, so that a stale tape can be told from a fixed bug.
 */
export class Tape {
  readonly #source: TapeSource;
  readonly #streams = new Map<string, Stream>();
  readonly #replayed: ReadonlyMap<string, ReadonlyMap<number, number>> | undefined;
  readonly #recorded: Choice[] | undefined;
  readonly #mix = new Mix();
  #drawCount = 0;
  #frameCount = 0;
  #misfits = 0;
  #used = 0;

  constructor(source: TapeSource, options: { readonly record: boolean } = { record: false }) {
    this.#source = source;
    this.#recorded = options.record ? [] : undefined;
    if ('choices' in source) {
      const replayed = new Map<string, Map<number, number>>();
      for (const { label, occurrence, value } of source.choices) {
        const byOccurrence = replayed.get(label) ?? new Map<number, number>();
        byOccurrence.set(occurrence, value);
        replayed.set(label, byOccurrence);
      }
      this.#replayed = replayed;
    }
  }

  /**
   * One choice: a whole number in `[0, bound)`, 0 being the benign one.
   *
   * @param label - What is chosen, dotted: `disk.crash.lost`.
   * @param bound - 1 to {@link drawBoundMax}.
   */
  draw(label: string, bound: number): number {
    const stream = this.#streams.get(label) ?? this.#open(label);
    const occurrence = stream.occurrence;
    stream.occurrence = occurrence + 1;
    let value = 0;
    if (stream.next !== undefined) value = Math.floor(stream.next(occurrence) * bound);
    else {
      const chosen = stream.replay?.get(occurrence);
      if (chosen !== undefined) {
        if (chosen < bound) {
          value = chosen;
          this.#used += 1;
        } else this.#misfits += 1;
      }
    }
    this.#drawCount += 1;
    this.#mix.word(stream.word);
    this.#mix.word(bound);
    this.#mix.word(value);
    if (value !== 0) this.#recorded?.push({ label, occurrence, value });
    return value;
  }

  /** True in `numerator` of `denominator` cases; never on the benign tape. */
  chance(label: string, numerator: number, denominator: number): boolean {
    return this.draw(label, denominator) >= denominator - numerator;
  }

  /** A whole number in `[least, most]`; `least` on the benign tape. */
  between(label: string, least: number, most: number): number {
    return least + this.draw(label, most - least + 1);
  }

  /** One of `options`; the first on the benign tape. */
  pick<T>(label: string, options: readonly [T, ...T[]]): T {
    return options[this.draw(label, options.length)] ?? options[0];
  }

  /** Called by the kernel before each event: draws until the next call belong to one frame. */
  beginFrame(): void {
    this.#frameCount += 1;
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
  choices(): readonly Choice[] {
    return this.#recorded ?? [];
  }

  /** Of a replayed tape: choices that did not fit, and choices that no draw has asked for yet. */
  staleness(): { readonly misfits: number; readonly unused: number } {
    const given = 'choices' in this.#source ? this.#source.choices.length : 0;
    return { misfits: this.#misfits, unused: given - this.#used - this.#misfits };
  }

  #open(label: string): Stream {
    const stream: Stream = {
      word: hashText(label),
      next: 'seed' in this.#source ? seedrandom.alea(`${this.#source.seed}/${label}`) : undefined,
      replay: this.#replayed?.get(label),
      occurrence: 0,
    };
    this.#streams.set(label, stream);
    return stream;
  }
}
