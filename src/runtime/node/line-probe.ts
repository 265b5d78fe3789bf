import type { Clock } from '../clock.js';
import type { Probe, ProbeFields } from '../probe.js';

/**
 * A probe that writes one line of JSON for each thing that an engine tells: events, changes of state, and assertions that did not hold.
 * What merely might happen in some run (`sometimes`, `reachable`) is for simulations, and not written.
 *
 * @param write - Given each line, without its end. Must not throw.
 */
export function lineProbe(clock: Clock, write: (line: string) => void): Probe {
  const states = new Map<string, string>();
  const tell = (kind: string, fields: ProbeFields): void => {
    write(JSON.stringify({ at: clock.wallMs(), kind, ...fields }));
  };
  return {
    event: tell,
    label(subsystem, state) {
      if (states.get(subsystem) === state) return;
      states.set(subsystem, state);
      tell('label', { subsystem, state });
    },
    always(holds, name, fields = {}) {
      if (!holds) tell('violation', { name, ...fields });
    },
    sometimes() {},
    reachable() {},
  };
}
