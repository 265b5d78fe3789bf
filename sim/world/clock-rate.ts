const million = 1_000_000;

/**
 * A clock that gains `ppm` microseconds a second, in whole milliseconds. Exact to the millisecond for all of virtual time: products
 * are split, since a time of 2^45 ms times a million is no safe integer.
 */
export class ClockRate {
  readonly ppm: number;

  /** @param ppm - Parts per million, more than a million less than none: a whole number. */
  constructor(ppm: number) {
    this.ppm = ppm;
  }

  /** How much the clock has gained when `trueMs` have gone by; negative when it lost. Never loses more than went by. */
  gainMs(trueMs: number): number {
    const rest = trueMs % million;
    return ((trueMs - rest) / million) * this.ppm + Math.floor((rest * this.ppm) / million);
  }

  /** What the clock shows when `trueMs` have gone by since it showed 0. */
  shownMs(trueMs: number): number {
    return trueMs + this.gainMs(trueMs);
  }

  /** The first true time at which the clock shows `shownMs` or more. */
  trueMs(shownMs: number): number {
    const perMillion = million + this.ppm;
    const rest = shownMs % perMillion;
    return ((shownMs - rest) / perMillion) * million + Math.ceil((rest * million) / perMillion);
  }
}
