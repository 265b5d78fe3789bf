/**
 * Chance, as an engine may know it. Design section 2.
 *
 * Contract: values of one process lifetime are unpredictable to others on a real machine, and drawn from the tape in a
 * simulation. Nothing that is written down may be derived from it in a way that recovery would have to repeat.
 */
export interface Entropy {
  /** `length` fresh bytes that the caller owns. */
  bytes(length: number): Uint8Array;
  /**
   * A whole number in `[0, bound)`.
   *
   * @param bound - 1 to 2^32.
   */
  below(bound: number): number;
}
