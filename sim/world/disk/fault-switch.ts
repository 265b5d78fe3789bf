import type { Simulation } from '../../kernel/simulation.js';
import type { DiskFaultKind, DiskFaults } from './disk-faults.js';
import type { Strike } from './simulated-file.js';

/** Which faults are on, how often they strike, and the counting of them. A kind that is off draws nothing. */
export class FaultSwitch {
  readonly #simulation: Simulation;
  readonly #node: string;
  #faults: DiskFaults;

  constructor(simulation: Simulation, node: string, faults: DiskFaults) {
    this.#simulation = simulation;
    this.#node = node;
    this.#faults = faults;
  }

  isOn(kind: DiskFaultKind): boolean {
    return this.#faults[kind] !== undefined;
  }

  /** Whether the fault strikes now. Counts nothing. What is certain is not drawn. */
  strikes(kind: DiskFaultKind): boolean {
    const ratio = this.#faults[kind];
    if (ratio === undefined) return false;
    const { numerator, denominator } = ratio;
    return numerator >= denominator || this.#simulation.tape.chance(kind, numerator, denominator);
  }

  /** Counts a strike, and tells the trace. `offset` is -1 where there is none. */
  fired(kind: DiskFaultKind, path: string, offset = -1): Strike {
    this.#simulation.faults.fired(kind);
    this.#simulation.trace.emit({ kind: 'disk.fault', node: this.#node, fault: kind, path, offset });
    return { counted: false };
  }

  /** Counts the strike as effective, once. */
  effective(kind: DiskFaultKind, strike: Strike): void {
    if (strike.counted) return;
    strike.counted = true;
    this.#simulation.faults.effective(kind, this.#node);
  }

  /** Counts a strike that changed an outcome on the spot. */
  bit(kind: DiskFaultKind, path: string, offset = -1): void {
    this.effective(kind, this.fired(kind, path, offset));
  }

  allOff(): void {
    this.#faults = {};
  }
}
