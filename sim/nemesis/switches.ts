import { effectCrashFaultKind } from './effect-crash.js';
import { pauseFaultKind } from './pause-schedule.js';

const switches: ReadonlyMap<string, string> = new Map([
  ['crash.on', 'process.crash'],
  ['crash.count', 'process.crash'],
  ['effect-crash.on', effectCrashFaultKind],
  ['pause.on', pauseFaultKind],
  ['pause.count', pauseFaultKind],
]);

/** The fault kind that draws under this label switch on, and make hard or frequent. The kinds of crash have one switch. */
export function switchedKind(label: string): string | undefined {
  if (label.startsWith('swarm.')) return label.slice('swarm.'.length);
  if (label.startsWith('storm.network.')) return label.slice('storm.'.length);
  return switches.get(label);
}
