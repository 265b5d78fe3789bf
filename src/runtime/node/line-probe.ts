import type { Clock } from '../clock.js';
import type { Probe, ProbeFields } from '../probe.js';

/**
 * A probe that writes one line of JSON for each thing that an engine tells: events, changes of state, and assertions that did not hold.
 * What merely might happen in some run (`sometimes`, `reachable`) is for simulations, and not written.
 *
 * @param write - Given each line, without its end. Must not throw.
 * @example
 * ```ts
 * import { lineProbe, nodePorts, WorkflowNode } from 'seaworthy';
 *
 * const lines: string[] = [];
 * const probe = lineProbe(nodePorts('.').clock, (line) => lines.push(line));
 * const limits = { completedMax: 1000, concurrentMax: null, tombstonesMax: 100_000 };
 * const files = { directory: 'log', segmentBytes: 1_048_576, snapshotEveryRecords: 1000 };
 * const node = await WorkflowNode.open(nodePorts('.', probe), { ...limits, ...files, workflows: [] });
 * await node.close();
 * console.log(lines.some((line) => line.includes('"kind":"log.recovered"'))); // => true
 * ```
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
