import type { Network, NodeName } from '../../../src/runtime/network.js';
import type { Life } from '../../kernel/process.js';
import type { Simulation } from '../../kernel/simulation.js';
import { BoundNetwork } from './bound-network.js';
import { drawCalmFlight, drawFlights, type SentMessage } from './draw-flights.js';
import type { Flight } from './flight.js';
import { Link } from './link.js';
import { NetworkFaultSwitch, type NetworkStrike } from './network-fault-switch.js';
import type { NetworkFaults, PartitionKind } from './network-faults.js';
import { Partitions } from './partitions.js';

const windowMsLeast = 50;
/** No clog, slowness or partition that is drawn lasts longer. */
export const windowMsMax = 3000;

/** What became of all messages. What was sent and duplicated is delivered, dropped, or in flight. */
export interface Traffic {
  readonly sent: number;
  /** Copies beyond the message itself. */
  readonly duplicated: number;
  readonly delivered: number;
  /** Lost, cut off, without room on a slow link, or for nobody who listened. */
  readonly dropped: number;
  readonly inFlight: number;
}

type DropReason = 'lost' | 'cut' | 'full' | 'nobody';

/**
 * The network of all nodes of a run.
 *
 * Models: datagrams between named nodes, each link in order as long as nothing strikes; a latency for each; the faults of
 * `network-faults.ts`, per message, per link and per group of nodes. A message is for a name: it reaches the life that listens when it
 * arrives, be it a later one than when it was sent, and is dropped when none does. A node always reaches itself. Everything is drawn
 * from the tape: 0 is no fault and least latency.
 * Does not model: connections, congestion between links, routes over third nodes, limits of the receiver, forged or misrouted
 * messages. That is safe because an engine only sees which bytes arrive, from which name and when, and each of these but the last
 * two shows as loss, delay or reordering, which are; the port promises that the last two do not happen.
 *
 * Who may use what: an engine gets {@link bind}; the rest is for the world and for oracles. Looking costs no draw and no virtual time.
 */
export class SimulatedNetwork {
  readonly #simulation: Simulation;
  readonly #faults: NetworkFaultSwitch;
  readonly #partitions = new Partitions();
  readonly #nodes = new Map<NodeName, BoundNetwork>();
  /** By sender, then by receiver. */
  readonly #links = new Map<NodeName, Map<NodeName, Link>>();
  readonly #flights = new Set<Flight>();
  readonly #missed = new Map<NodeName, number>();
  #sent = 0;
  #duplicated = 0;
  #delivered = 0;
  #dropped = 0;

  /** @param faults - How often each kind strikes. Absent kinds are off. */
  constructor(simulation: Simulation, faults: NetworkFaults) {
    this.#simulation = simulation;
    this.#faults = new NetworkFaultSwitch(simulation, faults);
  }

  /** The port for one life, under the name of its process. It ends with that life, or when the name is bound again. */
  bind(life: Life): Network {
    const { name } = life.process;
    this.#nodes.get(name)?.close();
    const node = new BoundNetwork(life, (from, to, message) => this.#send(from, to, message));
    this.#nodes.set(name, node);
    return node;
  }

  /** How many messages have arrived for a name under which nobody listened. */
  missedBy(name: NodeName): number {
    return this.#missed.get(name) ?? 0;
  }

  /** The links over which something was sent within the last `withinMs`: [from, to], in order of their first message. */
  busyLinks(withinMs: number): readonly (readonly [NodeName, NodeName])[] {
    const sinceMs = this.#simulation.nowMs - withinMs;
    return [...this.#links].flatMap(([from, links]) =>
      [...links].flatMap(([to, { usedAtMs }]) =>
        from !== to && usedAtMs >= sinceMs ? [[from, to] as const] : [],
      ),
    );
  }

  get traffic(): Traffic {
    return {
      sent: this.#sent,
      duplicated: this.#duplicated,
      delivered: this.#delivered,
      dropped: this.#dropped,
      inFlight: this.#flights.size,
    };
  }

  /**
   * Parts the nodes `inside` from all others. Messages between them that are sent, or arrive, in the next `durationMs` are dropped:
   * both ways, or for `network.partition-one-way` only those that leave.
   */
  part(kind: PartitionKind, inside: ReadonlySet<NodeName>, durationMs: number): void {
    const [first = ''] = inside;
    const strike = this.#faults.fired(kind, first, [...inside].join(' '), durationMs);
    this.#partitions.add({ kind, inside, untilMs: this.#simulation.nowMs + durationMs, strike });
  }

  /** Holds back all messages from one node to another for so long, and lets them go then. Does nothing while that link is clogged. */
  clog(from: NodeName, to: NodeName, durationMs: number): void {
    const link = this.#link(from, to);
    if (link.isClogged) return;
    const release = this.#simulation.schedule(durationMs, () => this.#release(link));
    link.clog(this.#faults.fired('network.clogged', from, to, durationMs), release);
  }

  /** Lets messages from one node to another through one by one for so long: each takes time by its size, 1 ms or more. */
  slow(from: NodeName, to: NodeName, durationMs: number, msPerKibibyte: number): void {
    const strike = this.#faults.fired('network.slow-link', from, to, durationMs);
    this.#link(from, to).slow(strike, this.#simulation.nowMs + durationMs, msPerKibibyte);
  }

  /** No fault strikes from now on; partitions, clogs and slowness are over. What is in flight arrives as it would have. */
  heal(): void {
    this.#faults.allOff();
    this.#partitions.end();
    for (const links of this.#links.values()) {
      for (const link of links.values()) {
        link.hurry();
        this.#release(link);
      }
    }
  }

  #send(from: NodeName, to: NodeName, bytes: Uint8Array): void {
    const { tape, trace, nowMs } = this.#simulation;
    this.#sent += 1;
    const sent: SentMessage = { message: this.#sent, from, to, bytes };
    trace.emit({ kind: 'network.sent', node: from, to, message: sent.message, bytes: bytes.length });
    const link = this.#link(from, to);
    link.usedAtMs = nowMs;
    if (from === to) return this.#launch(link, drawCalmFlight(tape, sent));
    this.#drawWindows(link, from, to);
    const partition = this.#partitions.between(from, to, nowMs);
    if (partition !== undefined) return this.#drop(sent, 'cut', partition.strike);
    if (this.#faults.strikes('network.lost')) {
      return this.#drop(sent, 'lost', this.#faults.fired('network.lost', from, to));
    }
    for (const [index, flight] of drawFlights(tape, this.#faults, sent).entries()) {
      if (index > 0) this.#duplicated += 1;
      this.#launch(link, flight);
    }
  }

  /** Draws what begins with this message, and lasts. */
  #drawWindows(link: Link, from: NodeName, to: NodeName): void {
    const { tape, nowMs } = this.#simulation;
    if (this.#partitions.between(from, to, nowMs) === undefined) this.#drawPartition(from, to);
    if (!link.isClogged && this.#faults.strikes('network.clogged')) {
      this.clog(from, to, tape.between('network.clogged.ms', windowMsLeast, windowMsMax));
    }
    if (!link.isSlow(nowMs) && this.#faults.strikes('network.slow-link')) {
      const durationMs = tape.between('network.slow-link.ms', windowMsLeast, windowMsMax);
      this.slow(from, to, durationMs, tape.between('network.slow-link.ms-per-kibibyte', 10, 200));
    }
  }

  /** At most one partition a message, with its sender and receiver on different sides. */
  #drawPartition(from: NodeName, to: NodeName): void {
    const { tape } = this.#simulation;
    const durationMs = (): number => tape.between('network.partition.ms', windowMsLeast, windowMsMax);
    if (this.#faults.strikes('network.partition-isolate')) {
      const isolated = tape.pick('network.partition.isolated', [from, to]);
      return this.part('network.partition-isolate', new Set([isolated]), durationMs());
    }
    for (const kind of ['network.partition-symmetric', 'network.partition-one-way'] as const) {
      if (!this.#faults.strikes(kind)) continue;
      const inside = new Set([from]);
      for (const node of this.#nodes.keys()) {
        if (node !== from && node !== to && tape.draw('network.partition.side', 2) === 1) inside.add(node);
      }
      return this.part(kind, inside, durationMs());
    }
  }

  #release(link: Link): void {
    for (const flight of link.unclog()) {
      this.#flights.delete(flight);
      this.#launch(link, flight);
    }
  }

  #launch(link: Link, flight: Flight): void {
    const { nowMs } = this.#simulation;
    if (!link.hold(flight)) {
      const passage = link.pass(flight, nowMs);
      if (passage.kind === 'full') return this.#drop(flight, 'full', passage.strike);
      this.#simulation.schedule(passage.atMs - nowMs, () => this.#arrive(link, flight));
    }
    this.#flights.add(flight);
  }

  #arrive(link: Link, flight: Flight): void {
    this.#flights.delete(flight);
    const { from, to, message, bytes } = flight;
    const partition = this.#partitions.between(from, to, this.#simulation.nowMs);
    if (partition !== undefined) return this.#drop(flight, 'cut', partition.strike);
    const receiver = this.#nodes.get(to);
    if (receiver?.isListening !== true) {
      this.#missed.set(to, this.missedBy(to) + 1);
      return this.#drop(flight, 'nobody');
    }
    this.#delivered += 1;
    this.#simulation.trace.emit({ kind: 'network.delivered', node: to, from, message, bytes: bytes.length });
    for (const strike of flight.strikes) this.#faults.effective(strike);
    const wasOvertaken = link.deliver(message);
    if (wasOvertaken && flight.overtaken !== undefined) this.#faults.effective(flight.overtaken);
    // An event of the receiver's own, so that what the handler does is its life's doing, and ends with it.
    this.#simulation.schedule(0, () => receiver.hand(from, bytes), receiver.life);
  }

  /** @param strike - The fault that did it: effective when somebody listened for the message. */
  #drop({ from, to, message }: SentMessage, reason: DropReason, strike?: NetworkStrike): void {
    this.#dropped += 1;
    this.#simulation.trace.emit({ kind: 'network.dropped', node: to, from, message, reason });
    if (strike !== undefined && this.#nodes.get(to)?.isListening === true) this.#faults.effective(strike);
  }

  #link(from: NodeName, to: NodeName): Link {
    let links = this.#links.get(from);
    if (links === undefined) this.#links.set(from, (links = new Map()));
    let link = links.get(to);
    if (link === undefined) links.set(to, (link = new Link()));
    return link;
  }
}
