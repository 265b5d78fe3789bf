import type { Probe } from '../../src/runtime/probe.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Fact } from '../oracles/facts.js';
import { isProbeFact, type ProbeFact } from '../oracles/fleet-facts.js';
import { SimulatedProbe } from '../world/probe.js';

/**
 * The probe of one life of a machine in a fleet: what oracles want to know is shown to them as well.
 *
 * @param onFact - Told of each fact, before anybody else.
 */
export function toldProbe(life: Life, bench: Bench<Fact>, onFact: (fact: ProbeFact) => void): Probe {
  const probe = new SimulatedProbe(life);
  return {
    event(kind, fields) {
      const event = { kind, node: life.process.name, ...fields };
      if (!isProbeFact(event)) probe.event(kind, fields);
      else if (life.alive) {
        onFact(event);
        bench.observe(event);
      }
    },
    label: (subsystem, state) => probe.label(subsystem, state),
    always: (holds, name, fields) => probe.always(holds, name, fields),
    sometimes: (holds, name) => probe.sometimes(holds, name),
    reachable: (name) => probe.reachable(name),
  };
}
