import { blake3 } from '@noble/hashes/blake3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { RecordedEvent, TraceEvent } from './event.js';
import { hashText, Mix } from './mix.js';

const lastEventsKept = 64;

/** A field of an event held what does not hash the same everywhere: a fraction, NaN, or nothing that a trace may hold. */
export class TraceValueInvalid extends Error {
  readonly code = 'TRACE_VALUE_INVALID';
  override readonly name = 'TraceValueInvalid';
  readonly kind: string;
  readonly field: string;
  constructor(kind: string, field: string, value: unknown) {
    super(`${kind}.${field} is ${String(value)}: want a string, a boolean or a safe integer`);
    this.kind = kind;
    this.field = field;
  }
}

/**
 * What happened in one run. Always keeps a rolling fingerprint and the last events; keeps everything only when asked to, since
 * a failure is run again with everything recorded.
 */
export class Trace {
  readonly #record: boolean;
  readonly #mix = new Mix();
  readonly #words = new Map<string, number>();
  readonly #events: TraceEvent[] = [];
  readonly #times: number[] = [];
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

  /** @throws {@link TraceValueInvalid} */
  emit(event: TraceEvent): void {
    const mix = this.#mix;
    mix.number(this.atMs);
    for (const field in event) {
      const value = event[field];
      mix.word(this.#word(field));
      if (typeof value === 'string') mix.word(this.#word(value));
      else if (typeof value === 'number' && Number.isSafeInteger(value)) mix.number(value);
      else if (typeof value === 'boolean') mix.word(value ? 1 : 2);
      else throw new TraceValueInvalid(event.kind, field, value);
    }
    const place = this.#record ? this.#count : this.#count % lastEventsKept;
    this.#events[place] = event;
    this.#times[place] = this.atMs;
    this.#count += 1;
  }

  /** All events when recording, else the last {@link lastEventsKept}, oldest first. */
  events(): readonly RecordedEvent[] {
    const kept = this.#events.length;
    const recorded: RecordedEvent[] = [];
    for (let index = this.#count - kept; index < this.#count; index += 1) {
      const event = this.#events[index % kept];
      const atMs = this.#times[index % kept];
      if (event !== undefined && atMs !== undefined) recorded.push({ index, atMs, event });
    }
    return recorded;
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
