/** The value of one field of an event. */
export type ProbeValue = string | number | boolean;

/** The fields of an event. Their order is part of a simulation's fingerprint: always write them in the same order. */
export type ProbeFields = Readonly<Record<string, ProbeValue>>;

/**
 * How an engine tells what it does, without being changed by being watched. Design section 2.
 *
 * Contract: no call throws, blocks or returns anything. On a real machine these become logs and metrics; in a simulation they
 * become trace events, coverage and verdicts.
 */
export interface Probe {
  /** Something happened. `kind` is dotted, subsystem first: `log.flushed`. */
  event(kind: string, fields: ProbeFields): void;
  /** The state that a subsystem is in now, as one cheap word: `label('log', 'flushing')`. */
  label(subsystem: string, state: string): void;
  /** Must hold each time that it is reached. A simulation fails when it does not. */
  always(holds: boolean, name: string, fields?: ProbeFields): void;
  /** Should hold at least once in a campaign. */
  sometimes(holds: boolean, name: string): void;
  /** Should be reached at least once in a campaign. */
  reachable(name: string): void;
}

/** A probe that watches nothing. */
export const silentProbe: Probe = {
  event() {},
  label() {},
  always() {},
  sometimes() {},
  reachable() {},
};
