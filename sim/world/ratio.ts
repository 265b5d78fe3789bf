/**
 * How often something strikes: in `numerator` of `denominator` cases. Whole numbers, `0 <= numerator <=
 * denominator`. A ratio of 1 strikes always, even on the benign tape.
 */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}
