import type { NodeName } from '../../src/runtime/network.js';
import type { Bench } from '../kernel/oracle.js';
import type { Tape } from '../kernel/tape.js';
import type { Fact } from '../oracles/facts.js';

/** A session that several holders want. */
export interface ContestedSession {
  readonly id: string;
  readonly policy: 'claimable' | 'fail_closed';
}

/** What all holders of a voyage share. */
export interface Contest {
  readonly bench: Bench<Fact>;
  readonly tape: Tape;
  readonly sessions: readonly [ContestedSession, ...ContestedSession[]];
  /** Which life of each holder is on, as everybody would learn sooner or later. */
  readonly owners: Map<NodeName, string>;
  /** What was tried to admit. */
  readonly operations: Map<string, string>;
  /** What a holder does, the likeliest most often. */
  readonly acts: readonly [HolderAct, ...HolderAct[]];
  /** Whether the time for that is over. */
  readonly isOver: () => boolean;
}

/**
 * `stale` acts under a capability that is over, as one does who does not know or does not care; `witness` uses a readiness witness, perhaps
 * twice; `work` admits an operation or settles one; `edge` asks for a renewal that comes about when the lease ends.
 */
export type HolderAct = 'work' | 'renew' | 'transfer' | 'release' | 'witness' | 'stale' | 'edge' | 'close';
