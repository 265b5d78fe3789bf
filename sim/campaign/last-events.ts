import type { Verdict } from '../kernel/voyage.js';
import type { RecordedEvent } from '../trace/event.js';

const shown = 12;

/** What a failure's card shows of its run, which had everything recorded. */
export function lastEvents({ trace }: Verdict): readonly RecordedEvent[] {
  return trace.slice(-shown);
}
