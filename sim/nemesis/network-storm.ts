import type { NodeName } from '../../src/runtime/network.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Tape } from '../kernel/tape.js';
import { type NetworkFaultKind, partitionKinds } from '../world/network/network-faults.js';
import type { SimulatedNetwork } from '../world/network/simulated-network.js';

/** What lasts for a while, and so is drawn a few times a run, not with every message. */
const windowKinds = ['network.clogged', 'network.slow-link', ...partitionKinds] as const;
type WindowKind = (typeof windowKinds)[number];

export function isWindowKind(kind: NetworkFaultKind): kind is WindowKind {
  return windowKinds.some((candidate) => candidate === kind);
}

const windowsMax = 2;
const windowMsLeast = 50;
const busyMs = 500;

/**
 * Parts nodes, clogs and slows links at moments of its own during the storm: few, so that work goes on between them, and never for so long
 * that nothing else is seen of the storm.
 */
export class NetworkStorm {
  readonly #simulation: Simulation;
  readonly #network: SimulatedNetwork;
  readonly #nodes: readonly [NodeName, NodeName, ...NodeName[]];

  /** @param nodes - Those that may be parted from each other. */
  constructor(
    simulation: Simulation,
    network: SimulatedNetwork,
    nodes: readonly [NodeName, NodeName, ...NodeName[]],
  ) {
    this.#simulation = simulation;
    this.#network = network;
    this.#nodes = nodes;
  }

  /**
   * Draws how often each of `kinds` strikes, and when.
   *
   * @param stormMs - None begins from this moment on.
   * @param windowMsMax - The longest that one of them lasts.
   */
  haunt(kinds: readonly WindowKind[], stormMs: number, windowMsMax: number): void {
    const { tape } = this.#simulation;
    for (const kind of kinds) {
      for (let windows = tape.draw(`storm.${kind}`, windowsMax + 1); windows > 0; windows -= 1) {
        const durationMs = tape.between('storm.window-ms', windowMsLeast, windowMsMax);
        this.#simulation.schedule(tape.draw('storm.moment', stormMs), () => this.#begin(kind, durationMs));
      }
    }
  }

  #begin(kind: WindowKind, durationMs: number): void {
    const { tape } = this.#simulation;
    switch (kind) {
      case 'network.clogged':
        return this.#network.clog(...this.#drawLink(tape), durationMs);
      case 'network.slow-link':
        return this.#network.slow(
          ...this.#drawLink(tape),
          durationMs,
          tape.between('storm.ms-per-kibibyte', 10, 200),
        );
      case 'network.partition-isolate':
        return this.#network.part(kind, new Set([tape.pick('storm.isolated', this.#nodes)]), durationMs);
      case 'network.partition-symmetric':
      case 'network.partition-one-way': {
        const inside = new Set([tape.pick('storm.inside', this.#nodes)]);
        for (const node of this.#nodes) if (tape.draw('storm.side', 2) === 1) inside.add(node);
        if (inside.size < this.#nodes.length) this.#network.part(kind, inside, durationMs);
      }
    }
  }

  /** A link that is in use just now, where what is done to it will be felt; or any. */
  #drawLink(tape: Tape): readonly [NodeName, NodeName] {
    const busy = this.#network.busyLinks(busyMs);
    const chosen = busy[tape.draw('storm.busy-link', busy.length + 1) - 1];
    if (chosen !== undefined) return chosen;
    const from = tape.draw('storm.from', this.#nodes.length);
    const step = 1 + tape.draw('storm.to', this.#nodes.length - 1);
    const [first] = this.#nodes;
    return [this.#nodes[from] ?? first, this.#nodes[(from + step) % this.#nodes.length] ?? first];
  }
}
