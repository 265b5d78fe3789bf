import type { Tape } from '../kernel/tape.js';
import { hashText } from '../trace/mix.js';
import type { Plan } from './plan.js';
import { drawEdit, edited, type PlanEdit } from './plan-edit.js';

/** The programs of all operations, as the build has them that runs now. */
export class Programs {
  readonly #tape: Tape;
  readonly #changes: boolean;
  readonly #plans = new Map<string, Plan>();
  #edits: readonly PlanEdit[] = [];
  #editCount = 0;

  /** @param changes - Whether another build may be deployed with a restart. */
  constructor(tape: Tape, changes: boolean) {
    this.#tape = tape;
    this.#changes = changes;
  }

  /** Writes the program of an operation, as it is in the first build. */
  add(operation: string, plan: Plan): void {
    this.#plans.set(operation, plan);
  }

  /** A restart: the same build again, an edit of it, or the first one. */
  deploy(): void {
    if (!this.#changes) return;
    const how = this.#tape.pick('deploy', ['same', 'edit', 'edit', 'same', 'first']);
    if (how === 'same') return;
    this.#editCount += 1;
    this.#edits = how === 'first' ? [] : [...this.#edits, drawEdit(this.#tape, this.#editCount)];
  }

  /** The program of an operation as it is now. */
  planOf(operation: string): { readonly plan: Plan; readonly text: string } {
    const plan = this.#plans.get(operation) ?? { steps: [], isStubborn: false };
    const steps = this.#edits.reduce(edited, plan.steps);
    return { plan: { ...plan, steps }, text: String(hashText(JSON.stringify(steps))) };
  }
}
