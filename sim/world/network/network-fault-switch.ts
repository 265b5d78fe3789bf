import type { NodeName } from '../../../src/runtime/network.js';
import type { Simulation } from '../../kernel/simulation.js';
import { strikes } from '../strikes.js';
import type { NetworkFaultKind, NetworkFaults } from './network-faults.js';

/** One strike of a fault, and whether it has been counted as effective. */
export interface NetworkStrike {
  readonly kind: NetworkFaultKind;
  readonly from: NodeName;
  /** Of a partition: the names of all inside. */
  readonly to: NodeName;
  counted: boolean;
}

/** Which faults are on, how often they strike, and the counting of them. A kind that is off draws nothing. */
export class NetworkFaultSwitch {
  readonly #simulation: Simulation;
  #faults: NetworkFaults;

  constructor(simulation: Simulation, faults: NetworkFaults) {
    this.#simulation = simulation;
    this.#faults = faults;
  }

  /** Whether the fault strikes now. Counts nothing. */
  strikes(kind: NetworkFaultKind): boolean {
    return strikes(this.#simulation.tape, kind, this.#faults[kind]);
  }

  /** Counts a strike, and tells the trace. `durationMs` is 0 for what befalls a single message. */
  fired(kind: NetworkFaultKind, from: NodeName, to: NodeName, durationMs = 0): NetworkStrike {
    this.#simulation.faults.fired(kind);
    this.#simulation.trace.emit({ kind: 'network.fault', node: from, fault: kind, to, durationMs });
    return { kind, from, to, counted: false };
  }

  /** Counts the strike as effective, once. */
  effective(strike: NetworkStrike): void {
    if (strike.counted) return;
    strike.counted = true;
    this.#simulation.faults.effective(strike.kind, strike.from, strike.to);
  }

  allOff(): void {
    this.#faults = {};
  }
}
