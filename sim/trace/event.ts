/** The value of one field of an event. Strings, safe integers and booleans only: they hash the same everywhere. */
export type TraceValue = string | number | boolean;

/**
 * One thing that happened in a run. Fields are hashed in the order in which they are written, so the same kind of event
 * always lists them in the same order. No wall time, no object identity, no stack.
 */
export interface TraceEvent {
  /** What happened, dotted, subsystem first: `disk.synced`. */
  readonly kind: string;
  /** Where: the name of a process, or `sea` for the world itself. */
  readonly node: string;
  readonly [field: string]: TraceValue;
}

/** An event with its place in the run. */
export interface RecordedEvent {
  readonly index: number;
  readonly atMs: number;
  readonly event: TraceEvent;
}
