import type { RecordedEvent } from '../trace/event.js';

/** One event as a plain sentence. */
export function eventWords({ event }: RecordedEvent): string {
  const { kind, node, ...fields } = event;
  const said = Object.entries(fields).map(([name, value]) => `${name} ${value}`);
  return `${node}: ${kind.replaceAll(/[.-]/g, ' ')}${said.length === 0 ? '' : ` (${said.join(', ')})`}.`;
}
