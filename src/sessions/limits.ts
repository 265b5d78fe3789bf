/** How much the room of sessions holds. Looked at when something is decided, never when it is folded. */
export interface SessionsLimits {
  /** So many sessions that have not been archived. */
  readonly sessionsMax: number;
  /** So many summaries of archived sessions are kept; the oldest is forgotten first, and its id is not given again. */
  readonly archivedMax: number;
  /** So many messages wait on one edge: {@link bufferMessagesDefault} unless there is a reason. */
  readonly bufferMessagesMax: number;
}

/** As in the reference. */
export const bufferMessagesDefault = 64;

/** The most roles of one session. */
export const rolesMax = 16;

/** The most states of one local type: sends and receives, and one end. */
export const statesMax = 256;

/** The most labels of one choice. */
export const branchesMax = 64;

/** The most code units of the reason of a fault. */
export const reasonLengthMax = 1024;

/** The most bytes that one message carries. */
export const payloadBytesMax = 65_536;

/** The most texts of one coherence trace. */
export const traceMax = 256;

/** No time may be later. */
export const timeMaxMs = 2 ** 52 - 1;

/** A limit that no room of sessions can have. */
export class InvalidLimit extends Error {
  readonly code = 'SESSION_INVALID_LIMIT';
  override readonly name = 'InvalidLimit';
  constructor(limit: keyof SessionsLimits, value: number) {
    super(`${limit} is ${value}, not a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`);
  }
}

/** @throws {@link InvalidLimit} */
export function assertLimits(limits: SessionsLimits): void {
  for (const name of ['sessionsMax', 'archivedMax', 'bufferMessagesMax'] as const) {
    const value = limits[name];
    if (!Number.isSafeInteger(value) || value < 1) throw new InvalidLimit(name, value);
  }
}
