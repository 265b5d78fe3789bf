/** How long something lasts: from `leastMs` to `mostMs`, both included. */
export interface Span {
  readonly leastMs: number;
  readonly mostMs: number;
}
