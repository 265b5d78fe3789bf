/** What became of a machine after a fault: it went on in the same life, came back, stopped at its disk, or never came back. */
export const outcomes = ['went-on', 'recovered', 'failed', 'lost'] as const;

export type Outcome = (typeof outcomes)[number];

/** The states that each subsystem can tell. */
export type SubsystemStates = Readonly<Record<string, readonly string[]>>;

/** One machine: what its subsystems told last, and where faults bit whose outcome is not known yet. */
interface Machine {
  readonly states: Map<string, string>;
  readonly open: Set<string>;
  isDown: boolean;
}

/** A fault, and the state of a subsystem of the machine that it bit. */
export function placeName(fault: string, subsystem: string, state: string): string {
  return `${fault} × ${subsystem}:${state}`;
}

/** A place, and what became of the machine. */
export function situationName(place: string, outcome: Outcome): string {
  return `${place} × ${outcome}`;
}

/**
 * Notes in which situations the faults of one run bit. It only watches: nothing of it is in the trace, nor in the fingerprint.
 *
 * A fault is noted once for each state until its outcome is known, however often it bites meanwhile.
 */
export class Coverage {
  readonly #machines = new Map<string, Machine>();
  readonly #reached = new Set<string>();
  readonly #told = new Set<string>();
  #declared: SubsystemStates = {};

  /** Called by whoever knows the engine. */
  declare(states: SubsystemStates): void {
    this.#declared = states;
  }

  /** A life begins: its subsystems have told nothing yet. */
  born(node: string): void {
    this.#of(node).states.clear();
  }

  told(node: string, subsystem: string, state: string): void {
    this.#of(node).states.set(subsystem, state);
    this.#told.add(subsystem);
  }

  /** A fault has bitten. Nodes that tell no states have no situations. */
  bit(fault: string, node: string): void {
    const machine = this.#machines.get(node);
    if (machine === undefined) return;
    for (const [subsystem, state] of machine.states) machine.open.add(placeName(fault, subsystem, state));
  }

  died(node: string): void {
    this.#of(node).isDown = true;
  }

  /** It serves, be it for the first time. */
  ready(node: string): void {
    const machine = this.#of(node);
    if (machine.isDown) this.#settle(machine, 'recovered');
    machine.isDown = false;
  }

  /** Its disk has failed it, and this life is at its end. */
  failed(node: string): void {
    this.#settle(this.#of(node), 'failed');
  }

  /** `subsystem:state` of all that a machine's subsystems have told in its present life; who told first comes first. */
  standing(node: string): readonly string[] {
    const states = this.#machines.get(node)?.states ?? [];
    return [...states].map(([subsystem, state]) => `${subsystem}:${state}`);
  }

  /** The situations of the run, now that it is over. */
  situations(): readonly string[] {
    for (const machine of this.#machines.values()) this.#settle(machine, machine.isDown ? 'lost' : 'went-on');
    return [...this.#reached];
  }

  /** The declared states of the subsystems that this run had. */
  states(): SubsystemStates {
    return Object.fromEntries(
      Object.entries(this.#declared).filter(([subsystem]) => this.#told.has(subsystem)),
    );
  }

  #settle({ open }: Machine, outcome: Outcome): void {
    for (const place of open) this.#reached.add(situationName(place, outcome));
    open.clear();
  }

  #of(node: string): Machine {
    let machine = this.#machines.get(node);
    if (machine === undefined) {
      machine = { states: new Map(), open: new Set(), isDown: false };
      this.#machines.set(node, machine);
    }
    return machine;
  }
}
