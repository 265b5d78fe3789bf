import type { RecordedEvent } from '../trace/event.js';
import { UsageError } from './usage-error.js';

/** Which events of a trace are wanted. */
export interface TraceFilter {
  readonly until: { readonly atMs: number } | { readonly index: number } | undefined;
  readonly node: string | undefined;
}

/** `1500` is a virtual time in milliseconds, `#120` an event. @throws UsageError */
export function parseUntil(text: string): NonNullable<TraceFilter['until']> {
  const [, hash, digits] = /^(#?)([0-9]+)$/.exec(text) ?? [];
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) {
    throw new UsageError(`--until takes a virtual time in ms (1500) or an event ('#120'), not "${text}".`);
  }
  return hash === '#' ? { index: value } : { atMs: value };
}

export function selectEvents(
  events: readonly RecordedEvent[],
  filter: TraceFilter,
): readonly RecordedEvent[] {
  const { until, node } = filter;
  return events.filter(({ atMs, index, event }) => {
    if (node !== undefined && event.node !== node) return false;
    if (until === undefined) return true;
    return 'atMs' in until ? atMs <= until.atMs : index <= until.index;
  });
}
