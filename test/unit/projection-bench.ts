import { decode, encode } from '../../src/codec/cbor.js';
import type { Projection } from '../../src/log/projection.js';

/** One projection, as the shell would drive it, with its log beside it. */
export class ProjectionBench<State, Command, Entry, Refusal extends Error> {
  readonly projection: Projection<State, Command, Entry, Refusal>;
  state: State;
  readonly log: Entry[] = [];

  constructor(projection: Projection<State, Command, Entry, Refusal>) {
    this.projection = projection;
    this.state = projection.initial();
  }

  /** Decides, records and applies. Throws the refusal, if any. */
  do(...commands: readonly Command[]): readonly Entry[] {
    return commands.flatMap((command) => {
      const decision = this.projection.decide(this.state, command);
      if (decision.kind === 'refused') throw decision.refusal;
      this.take(decision.entries);
      return decision.entries;
    });
  }

  /** As {@link do} for one command, whether it is accepted or not. */
  give(command: Command): { readonly refusal: Refusal | undefined; readonly entries: readonly Entry[] } {
    const decision = this.projection.decide(this.state, command);
    if (decision.kind === 'refused') return { refusal: decision.refusal, entries: [] };
    this.take(decision.entries);
    return { refusal: undefined, entries: decision.entries };
  }

  /** The refusal that a command meets. Throws when it is accepted, or when refusing it changed anything. */
  refusal(command: Command): Refusal {
    const before = this.bytes();
    const decision = this.projection.decide(this.state, command);
    if (this.bytes() !== before) throw new Error('decide changed the state');
    if (decision.kind === 'accepted') throw new Error(`accepted ${JSON.stringify(decision.entries)}`);
    return decision.refusal;
  }

  /** Records and applies entries, wherever they come from. */
  take(entries: readonly Entry[]): void {
    for (const entry of entries) this.projection.apply(this.state, entry, this.log.push(entry));
  }

  /** The state after a snapshot of it was written and read again. */
  reread(): State {
    return this.projection.restore(decode(encode(this.projection.capture(this.state))));
  }

  /** The log, written and read again. */
  rereadLog(): readonly Entry[] {
    const { projection } = this;
    return this.log.map((entry) => projection.decodeEntry(decode(encode(projection.encodeEntry(entry)))));
  }

  /** The whole state, to compare. */
  bytes(): string {
    return Buffer.from(encode(this.projection.capture(this.state))).toString('hex');
  }
}
