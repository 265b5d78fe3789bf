/** The client of the orders, and the human who approves them: what they have asked for, and what they were told. */
export class Client {
  readonly submitted: string[] = [];
  readonly accepted = new Set<string>();
  readonly approvalRecorded = new Set<string>();
  /** When each order was approved first, by the clock of this machine. */
  readonly approvedAtMs = new Map<string, number>();
  readonly ends = new Map<string, string>();

  get isIdle(): boolean {
    return this.submitted.length === this.ends.size;
  }

  /** Orders more, until so many have not ended. */
  orderUpTo(count: number): void {
    while (this.submitted.length < this.ends.size + count)
      this.submitted.push(`order-${this.submitted.length}`);
  }

  approves(order: string): void {
    if (!this.approvedAtMs.has(order)) this.approvedAtMs.set(order, Date.now());
  }

  /** Told again by a later life, an end is the same. */
  isToldOf(order: string, value: string): void {
    const before = this.ends.get(order) ?? value;
    if (before !== value) throw new Error(`${order} ended with ${before}, and now with ${value}`);
    this.ends.set(order, value);
  }
}
