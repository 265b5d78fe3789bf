import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { RecordedEvent, TraceEvent } from './event.js';
import { hashText, Mix } from './mix.js';

const lastEventsKept = 64;

/**
 * What happened in one run. Always keeps a rolling fingerprint and the last events; keeps everything only when asked to, since
 * a failure is run again with everything recorded.
 */
export class Trace {
  readonly #record: boolean;
  readonly #mix = new Mix();
  readonly #words = new Map<string, number>();
  readonly #kept: RecordedEvent[] = [];
  #count = 0;
  /** Virtual time of the events to come. Set by the kernel. */
  atMs = 0;

  constructor(options: { readonly record: boolean }) {
    this.#record = options.record;
  }

  /** How many events were emitted. */
  get count(): number {
    return this.#count;
  }

  emit(event: TraceEvent): void {
    const mix = this.#mix;
    mix.number(this.atMs);
    for (const field in event) {
      mix.word(this.#word(field));
      const value = event[field];
      if (typeof value === 'number') mix.number(value);
      else if (typeof value === 'string') mix.word(this.#word(value));
      else mix.word(value === true ? 1 : 2);
    }
    const recorded = { index: this.#count, atMs: this.atMs, event };
    if (this.#record) this.#kept.push(recorded);
    else this.#kept[this.#count % lastEventsKept] = recorded;
    this.#count += 1;
  }

  /** All events when recording, else the last {@link lastEventsKept}, oldest first. */
  events(): readonly RecordedEvent[] {
    return this.#kept.toSorted((left, right) => left.index - right.index);
  }

  /** The run's public fingerprint: BLAKE3 over the rolling lanes of events and of draws. 32 hex digits. */
  fingerprint(draws: Mix, drawCount: number): string {
    const text = [this.#mix.low, this.#mix.high, this.#count, draws.low, draws.high, drawCount].join('/');
    return bytesToHex(blake3(utf8ToBytes(text), { dkLen: 16 }));
  }

  #word(text: string): number {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    const word = hashText(text);
    this.#words.set(text, word);
    return word;
  }
}
