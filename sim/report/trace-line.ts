import type { RecordedEvent } from '../trace/event.js';

/** One event as a line: `#284 t=18420 node-1 disk.synced path=log/1 length=512`. */
export function traceLine({ index, atMs, event }: RecordedEvent): string {
  const { kind, node, ...fields } = event;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${valueText(value)}`);
  return `#${index} t=${atMs} ${node} ${kind}${rest.join('')}`;
}

/** A text with blanks or control characters is quoted, so that one event stays one line. */
function valueText(value: string | number | boolean): string {
  return typeof value === 'string' && !/^[\x21\x23-\x7e]+$/.test(value)
    ? JSON.stringify(value)
    : String(value);
}
