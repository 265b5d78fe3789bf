import type { CborValue } from '../codec/cbor.js';
import type { Decision, Projection } from '../log/projection.js';

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
  #state: State;

  constructor(projection: Projection<State, Command, Entry, Refusal>) {
    this.#projection = projection;
    this.#state = projection.initial();
  }

  get name(): string {
    return this.#projection.name;
  }

  /** The state as it is now, durable or not. Only the shell may show it to anybody. */
  get state(): State {
    return this.#state;
  }

  decide(command: Command): Decision<Entry, Refusal> {
    return this.#projection.decide(this.#state, command);
  }

  encode(entry: Entry): CborValue {
    return this.#projection.encodeEntry(entry);
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
