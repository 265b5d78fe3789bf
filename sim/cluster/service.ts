import type { Fact } from '../oracles/facts.js';

/** A state, by a digest that stands for it, with the LSN that it is the fold of. */
export interface Audit {
  readonly lsn: number;
  readonly digest: string;
  /** What else the state shows, for the oracles. */
  readonly shows?: readonly Fact[];
}

/** What a server runs in one life: opened on its ports, stopped when its disk fails. */
export interface Service {
  /** The LSN of the last record. */
  readonly lastLsn: number;
  /** The state that is served, once it is durable. */
  audit(): Promise<Audit>;
  /** What it has decided in its recovery. Absent where it decides nothing. */
  readonly decided?: readonly Fact[];
  /** Begins to act, once it was seen what was recovered. Absent where there is nothing to do but to answer. */
  start?(): void;
  /** Settles when the service has stopped by itself. */
  readonly stopped: Promise<unknown>;
}
