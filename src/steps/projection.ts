import type { Projection } from '../log/projection.js';
import type { StepCommand } from './command.js';
import { decide } from './decide.js';
import type { StepEntry } from './entry.js';
import { decodeEntry, encodeEntry } from './entry-codec.js';
import type { StepRefusal } from './refusal.js';
import { capture, restore } from './snapshot.js';
import { applyEntry, type StepsState } from './state.js';

/** What each execution has journaled: intents, outcomes, promises and timers. Design section 3, point 4. */
export const stepsProjection: Projection<StepsState, StepCommand, StepEntry, StepRefusal> = {
  name: 'steps',
  initial: () => ({ executions: new Map() }),
  decide,
  apply: (state, entry) => applyEntry(state, entry),
  encodeEntry,
  decodeEntry,
  capture,
  restore,
};
