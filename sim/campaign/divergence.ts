import type { RecordedEvent } from '../trace/event.js';
import { firstDivergence } from '../trace/first-divergence.js';

/** Says, in one line, where two recordings of what should be the same run part. */
export function divergenceMessage(left: readonly RecordedEvent[], right: readonly RecordedEvent[]): string {
  const divergence = firstDivergence(left, right);
  if (divergence === undefined) return `all ${left.length} events agree, but the draws between them differ`;
  const sides = [divergence.left, divergence.right].map(sideText);
  return `first divergent event #${divergence.index}: ${sides.join(' / ')}`;
}

function sideText(recorded: RecordedEvent | undefined): string {
  return recorded === undefined ? 'nothing' : `t=${recorded.atMs} ${JSON.stringify(recorded.event)}`;
}
