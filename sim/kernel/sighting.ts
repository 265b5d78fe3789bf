/** Where a violation was seen. */
export interface Sighting {
  /** Whose event was on; of what happens outside of all processes, the node of the fact. Empty when nothing was left to happen. */
  readonly node: string;
  /** The kind of the fact that showed it. Empty when none did. */
  readonly fact: string;
  /** What the node's subsystems had told: see `Coverage.standing`. */
  readonly states: readonly string[];
}
