import { type CborValue, encode } from '../codec/cbor.js';
import type { Projection } from '../log/projection.js';

/** What a command comes to, ready to be recorded: its entries as records, and what applies them once their LSNs are known. */
export type Proposal<Refusal extends Error> =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'accepted';
      /** The room that it is decided in. */
      readonly room: string;
      /** The kind of the last entry: the state that the room is in once it is applied. Undefined when nothing is new. */
      readonly state: string | undefined;
      readonly records: readonly Uint8Array[];
      apply(firstLsn: number): void;
      /** To be called when the records are durable. */
      told(): void;
    };

/** What the shell needs of any room, whatever its types: enough to recover it and to capture it. */
export interface RecoverableRoom {
  readonly name: string;
  replay(value: CborValue, lsn: number): void;
  capture(): CborValue;
  restore(value: CborValue): void;
}

/** One projection with its state: where a projection lives inside a node. */
export class Room<State, Command, Entry, Refusal extends Error> implements RecoverableRoom {
  readonly #projection: Projection<State, Command, Entry, Refusal>;
  readonly #onDurable: (entry: Entry) => void;
  #state: State;

  /** @param onDurable - Told of each entry of this life, in the order of the log, once it is durable. */
  constructor(
    projection: Projection<State, Command, Entry, Refusal>,
    onDurable: (entry: Entry) => void = () => {},
  ) {
    this.#projection = projection;
    this.#onDurable = onDurable;
    this.#state = projection.initial();
  }

  get name(): string {
    return this.#projection.name;
  }

  /** The state as it is now, durable or not. Only the shell may show it to anybody. */
  get state(): State {
    return this.#state;
  }

  /** Decides upon the state of now. Holds only until anything else is applied to this room. */
  propose(command: Command): Proposal<Refusal> {
    const decision = this.#projection.decide(this.#state, command);
    if (decision.kind === 'refused') return decision;
    const { entries } = decision;
    return {
      kind: 'accepted',
      room: this.name,
      state: kindOf(entries.at(-1)),
      records: entries.map((entry) => encode([this.name, this.#projection.encodeEntry(entry)])),
      apply: (firstLsn) => {
        for (const [index, entry] of entries.entries()) this.apply(entry, firstLsn + index);
      },
      told: () => {
        for (const entry of entries) this.#onDurable(entry);
      },
    };
  }

  /** What a command comes to that has nothing to say here. */
  proposeNothing(): Proposal<never> {
    return { kind: 'accepted', room: this.name, state: undefined, records: [], apply() {}, told() {} };
  }

  decode(value: CborValue): Entry {
    return this.#projection.decodeEntry(value);
  }

  apply(entry: Entry, lsn: number): void {
    this.#projection.apply(this.#state, entry, lsn);
  }

  replay(value: CborValue, lsn: number): void {
    this.apply(this.decode(value), lsn);
  }

  capture(): CborValue {
    return this.#projection.capture(this.#state);
  }

  restore(value: CborValue): void {
    this.#state = this.#projection.restore(value);
  }
}

/** Entries of rooms that have one kind only do without the word. */
function kindOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('kind' in entry)) return undefined;
  return typeof entry.kind === 'string' ? entry.kind : undefined;
}
