import type { CborValue } from '../codec/cbor.js';

/** What a projection answers to a command: entries to record (none when nothing is new), or why not. */
export type Decision<Entry, Refusal extends Error> =
  | { readonly kind: 'accepted'; readonly entries: readonly Entry[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * One of the folds that make up a node's memory. Design section 2: the log is the truth, everything else is a projection of it.
 *
 * No I/O, no clock, no chance inside: a command carries the time and the entropy that it needs.
 */
export interface Projection<State, Command, Entry, Refusal extends Error> {
  /** Names the projection's records in the log; never changes once records exist. */
  readonly name: string;
  initial(): State;
  /** Must not change `state`. */
  decide(state: State, command: Command): Decision<Entry, Refusal>;
  /** Changes `state`, which belongs to the projection. Throws only on an entry that `decide` cannot have produced. */
  apply(state: State, entry: Entry, lsn: number): void;
  encodeEntry(entry: Entry): CborValue;
  decodeEntry(value: CborValue): Entry;
  /** The state as data: equal states give equal bytes. */
  capture(state: State): CborValue;
  restore(value: CborValue): State;
}
