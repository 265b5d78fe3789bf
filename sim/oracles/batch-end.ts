import type { Fact } from './facts.js';
import { isOfLog } from './operation-facts.js';

/**
 * Tells when no batch is half told: what one sync has promised is told without anything else in between, and a batch is never torn. So
 * what holds only between batches is to be judged at the first fact that comes after.
 */
export class BatchEnd {
  #isHalfTold = false;

  /** Whether all that was promised has been told, and something has since this was last asked. To be asked of every fact, before it counts. */
  isOver(fact: Fact): boolean {
    const isOver = this.#isHalfTold && !isOfLog(fact);
    this.#isHalfTold = isOfLog(fact);
    return isOver;
  }
}
