import type { NodeName } from '../../../src/runtime/network.js';
import type { NetworkStrike } from './network-fault-switch.js';

/** One copy of a message under way. */
export interface Flight {
  /** The message's place among all that were sent, from 1. Copies share it. */
  readonly message: number;
  readonly from: NodeName;
  readonly to: NodeName;
  readonly bytes: Uint8Array;
  /** How long it is under way, where nothing holds it up. */
  readonly delayMs: number;
  /** Whether it arrives after those sent before it, and before those sent after it. */
  readonly inLine: boolean;
  /** What struck it and has an effect once it is delivered. */
  readonly strikes: NetworkStrike[];
  /** What struck it and has an effect once it is delivered after a later message. */
  readonly overtaken: NetworkStrike | undefined;
}
