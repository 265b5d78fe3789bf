import type { Probe, ProbeFields } from '../../src/runtime/probe.js';
import type { Life } from '../kernel/process.js';

/**
 * The probe of one life: events go to the trace, labels to the coverage of the run, `always` becomes a check of the invariant
 * `always:<name>`, and `sometimes` and `reachable` are counted. A life that has ended tells nothing.
 *
 * Models: a watcher that sees everything at once. Does not model: lost or late logs. That is safe because a
 * probe answers nothing, so that no engine can depend on it.
 */
export class SimulatedProbe implements Probe {
  readonly #life: Life;

  constructor(life: Life) {
    this.#life = life;
    life.process.simulation.coverage.born(life.process.name);
  }

  event(kind: string, fields: ProbeFields): void {
    const { alive, process } = this.#life;
    if (alive) process.simulation.trace.emit({ kind, node: process.name, ...fields });
  }

  label(subsystem: string, state: string): void {
    const { alive, process } = this.#life;
    if (alive) process.simulation.coverage.told(process.name, subsystem, state);
  }

  always(holds: boolean, name: string, fields: ProbeFields = {}): void {
    const { alive, process } = this.#life;
    if (!alive) return;
    const invariant = `always:${name}`;
    process.simulation.checked(invariant);
    if (holds) return;
    const details = Object.entries(fields).map(([field, value]) => `${field}=${value}`);
    process.simulation.fail({ invariant, subject: process.name, message: [name, ...details].join(' ') });
  }

  sometimes(holds: boolean, name: string): void {
    const { alive, process } = this.#life;
    if (alive) process.simulation.sometimes(name, holds);
  }

  reachable(name: string): void {
    this.sometimes(true, name);
  }
}
