import type { Milliseconds } from '../runtime/clock.js';
import type { ObjectName, StoredObject } from './remote-segments.js';

/** What may be asked of the room of segments. Each brings the time of the room, see `dedup-clock.ts`. */
export type SegmentsCommand = PutCommand | PinCommand | ReleaseCommand;

interface HolderAct {
  readonly name: ObjectName;
  /** Whoever needs the object. Lets go of it alone, and once. */
  readonly holder: string;
  readonly nowMs: Milliseconds;
}

/** Puts bytes where nothing, or the same, is; and holds them. Flaw F37. */
export interface PutCommand extends HolderAct {
  readonly kind: 'put';
  readonly bytes: Uint8Array;
}

/** Holds what is there, if it is what is expected. Flaws F38 and F39. */
export interface PinCommand extends HolderAct {
  readonly kind: 'pin';
  readonly expected: StoredObject;
}

/** Lets go, and never holds the name again. What nobody holds is removed. Flaws F40, F41 and F45. */
export interface ReleaseCommand extends HolderAct {
  readonly kind: 'release';
}
