import type { Projection } from '../log/projection.js';
import type { SegmentsCommand } from './segments-command.js';
import { type DecidedHold, decideHold } from './segments-decide.js';
import { decodeEntry, encodeEntry, type SegmentsEntry } from './segments-entry.js';
import { assertSegmentsLimits, type SegmentsLimits } from './segments-limits.js';
import type { SegmentsRefusal } from './segments-refusal.js';
import { capture, restore } from './segments-snapshot.js';
import { applyEntry, emptyState, type SegmentsState } from './segments-state.js';

export interface SegmentsProjection extends Projection<
  SegmentsState,
  SegmentsCommand,
  SegmentsEntry,
  SegmentsRefusal
> {
  /** What this command would come to. Holds only for the very state that it is then decided in. */
  answerTo(state: SegmentsState, command: SegmentsCommand): DecidedHold;
}

/**
 * Objects with their bytes, who holds each, and who has let go: what `remote-segments.ts` promises, as a projection.
 *
 * @throws InvalidSegmentsLimit
 */
export function segmentsProjection(limits: SegmentsLimits): SegmentsProjection {
  assertSegmentsLimits(limits);
  return {
    name: 'segments',
    initial: emptyState,
    decide(state, command) {
      const decided = decideHold(state, command, limits);
      return decided.kind === 'refused' ? decided : { kind: 'accepted', entries: decided.entries };
    },
    apply: applyEntry,
    encodeEntry,
    decodeEntry,
    capture,
    restore,
    answerTo: (state, command) => decideHold(state, command, limits),
  };
}
