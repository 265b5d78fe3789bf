import type { Coverage } from './coverage.js';

/** How often a fault struck, and how often that changed bytes, order or an outcome. */
export interface FaultCount {
  readonly fired: number;
  readonly effective: number;
}

/** Counts the faults of one run. A kind that fires and never bites is a dead knob. */
export class FaultLog {
  readonly #counts = new Map<string, { fired: number; effective: number }>();
  readonly #coverage: Coverage;

  constructor(coverage: Coverage) {
    this.#coverage = coverage;
  }

  /** The fault struck. */
  fired(kind: string): void {
    this.#of(kind).fired += 1;
  }

  /** The fault changed bytes, order or an outcome. `nodes` felt it. */
  effective(kind: string, ...nodes: readonly string[]): void {
    this.#of(kind).effective += 1;
    for (const node of nodes) this.#coverage.bit(kind, node);
  }

  counts(): ReadonlyMap<string, FaultCount> {
    return this.#counts;
  }

  #of(kind: string): { fired: number; effective: number } {
    let count = this.#counts.get(kind);
    if (count === undefined) {
      count = { fired: 0, effective: 0 };
      this.#counts.set(kind, count);
    }
    return count;
  }
}
