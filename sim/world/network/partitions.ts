import type { NodeName } from '../../../src/runtime/network.js';
import type { NetworkStrike } from './network-fault-switch.js';
import type { PartitionKind } from './network-faults.js';

/** Some nodes, parted from all others for a while. */
export interface Partition {
  readonly kind: PartitionKind;
  readonly inside: ReadonlySet<NodeName>;
  readonly untilMs: number;
  readonly strike: NetworkStrike;
}

/** The partitions that are on. They may overlap. */
export class Partitions {
  #partitions: readonly Partition[] = [];

  add(partition: Partition): void {
    this.#partitions = [...this.#partitions, partition];
  }

  /** The partition that keeps messages of `from` away from `to` now; the oldest, when there are several. */
  between(from: NodeName, to: NodeName, nowMs: number): Partition | undefined {
    if (this.#partitions.length === 0) return undefined;
    this.#partitions = this.#partitions.filter(({ untilMs }) => nowMs < untilMs);
    return this.#partitions.find((partition) => cuts(partition, from, to));
  }

  end(): void {
    this.#partitions = [];
  }
}

function cuts({ kind, inside }: Partition, from: NodeName, to: NodeName): boolean {
  if (inside.has(from) === inside.has(to)) return false;
  return kind !== 'network.partition-one-way' || inside.has(from);
}
