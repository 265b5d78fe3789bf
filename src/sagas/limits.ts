/** How much the sagas room remembers. What is configured now counts, also for what was recorded under other limits. */
export interface SagaLimits {
  /** So many sagas may be open at once, 1 at least. One more is refused. */
  readonly openMax: number;
  /** So many that have ended are known by their outcome, 1 at least. The one that ended first is forgotten first. */
  readonly endedMax: number;
}

/** The most steps of one saga. */
export const sagaStepsMax = 32;

/** The most bytes of one step's result: 64 KiB. */
export const sagaResultBytesMax = 65_536;

/** The most bytes of UTF-8 of a saga's id, its session's, its name and its steps' names. */
export const sagaTextBytesMax = 200;

/** A limit that no room can have. */
export class InvalidSagaLimit extends Error {
  readonly code = 'SAGA_INVALID_LIMIT';
  override readonly name = 'InvalidSagaLimit';
  constructor(limit: string, value: number) {
    super(`${limit} is ${value}, not a whole number from 1 on`);
  }
}

/** @throws {@link InvalidSagaLimit} */
export function assertSagaLimit(limit: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidSagaLimit(limit, value);
}
