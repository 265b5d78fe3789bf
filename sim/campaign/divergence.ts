import type { RecordedEvent } from '../trace/event.js';
import type { Divergence } from '../trace/first-divergence.js';

/** Says, in one line, where two recordings of what should be the same run part. */
export function divergenceMessage(divergence: Divergence | undefined): string {
  if (divergence === undefined) return 'all events agree, but the draws between them differ';
  const sides = [divergence.left, divergence.right].map(sideText);
  return `first divergent event #${divergence.index}: ${sides.join(' / ')}`;
}

function sideText(recorded: RecordedEvent | undefined): string {
  return recorded === undefined ? 'nothing' : `t=${recorded.atMs} ${JSON.stringify(recorded.event)}`;
}
