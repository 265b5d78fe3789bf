import type { CrashWatch } from '../kernel/crash-watch.js';
import type { Life } from '../kernel/process.js';
import { type Choice, Tape } from '../kernel/tape.js';
import { orderLabel } from '../nemesis/crash-order.js';
import type { OpenDraw } from './choice-walk.js';

/** A machine that can be crashed by order, and how many port calls its first life makes. */
export interface SweptMachine {
  readonly name: string;
  readonly portCalls: number;
}

/**
 * A tape with ordered crashes, that watches the last of them: which draws decide what it leaves, and in which state that is. The run is
 * cut there when somebody has seen that state before.
 */
export class CrashTape extends Tape implements CrashWatch {
  readonly #crash: number;
  readonly #isNew: (state: string) => boolean;
  readonly #occurrences = new Map<string, number>();
  readonly #lives: Life[] = [];
  readonly #orders = new Set<string>();
  readonly #draws: OpenDraw[] = [];
  #struck = 0;
  #isOpen = false;
  #state: string | undefined;

  /**
   * @param crash - Which of the ordered crashes is watched, from 1. 0 for none.
   * @param isNew - Whether a state is worth to be sailed on from.
   */
  constructor(choices: readonly Choice[], crash: number, isNew: (state: string) => boolean = () => true) {
    super({ choices });
    this.#crash = crash;
    this.#isNew = isNew;
  }

  /** What decides the state that the crash leaves, in the order in which it was drawn. */
  get draws(): readonly OpenDraw[] {
    return this.#draws;
  }

  /** The state that the crash has left. Undefined when the run did not get so far. */
  get state(): string | undefined {
    return this.#state;
  }

  /** What can be crashed by order: the first life of each machine, by what it has done. */
  get machines(): readonly SweptMachine[] {
    return this.#lives
      .filter(({ incarnation, process }) => incarnation === 1 && this.#orders.has(orderLabel(process.name)))
      .map(({ process, portCalls }) => ({ name: process.name, portCalls }));
  }

  override draw(label: string, bound: number): number {
    this.#note(label, bound);
    return super.draw(label, bound);
  }

  override chance(label: string, numerator: number, denominator: number): boolean {
    this.#note(label, 2);
    return super.chance(label, numerator, denominator);
  }

  override ordered(label: string, bound: number): number {
    this.#orders.add(label);
    return super.ordered(label, bound);
  }

  began(life: Life): void {
    this.#lives.push(life);
  }

  strikes(): void {
    this.#struck += 1;
    this.#isOpen = this.#struck === this.#crash;
  }

  settled(state: string): boolean {
    if (!this.#isOpen) return true;
    this.#isOpen = false;
    this.#state = state;
    return this.#isNew(state);
  }

  #note(label: string, bound: number): void {
    const occurrence = this.#occurrences.get(label) ?? 0;
    this.#occurrences.set(label, occurrence + 1);
    if (this.#isOpen) this.#draws.push({ label, occurrence, bound });
  }
}
