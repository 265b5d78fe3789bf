import type { RecordedEvent } from '../trace/event.js';

/** Says, in one line, where two recordings of what should be the same run part. */
export function divergenceMessage(left: readonly RecordedEvent[], right: readonly RecordedEvent[]): string {
  const longest = Math.max(left.length, right.length);
  for (let index = 0; index < longest; index += 1) {
    const before = eventText(left[index]);
    const after = eventText(right[index]);
    if (before !== after) return `first divergent event #${index}: ${before} / ${after}`;
  }
  return `all ${longest} events agree, but the draws between them differ`;
}

function eventText(recorded: RecordedEvent | undefined): string {
  if (recorded === undefined) return 'nothing';
  return `t=${recorded.atMs} ${JSON.stringify(recorded.event)}`;
}
