import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from '../oracles/facts.js';

/**
 * Which operations have not ended, by what each node's log says. A voyage waits for them before it ends: some have clients that were told
 * long ago, or none at all, and what they hold is theirs until then. None may be left, unless its node refused a damaged disk for good.
 */
export class OpenOperations implements Oracle<Fact> {
  readonly id = 'converges';
  readonly #open = new Map<string, Set<string>>();
  readonly #waiting: (() => void)[] = [];

  onFact(fact: Fact): void {
    if (fact.kind === 'log.registered') {
      const ofNode = this.#open.get(fact.node) ?? new Set();
      this.#open.set(fact.node, ofNode.add(fact.operation));
    } else if (fact.kind === 'log.ended') this.#open.get(fact.node)?.delete(fact.operation);
    else if (fact.kind === 'node.refused' && fact.code === 'LOG_DAMAGED') this.#open.delete(fact.node);
    else return;
    if (this.#left().length > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  atQuiescence(check: Check): void {
    const left = this.#left();
    check(
      left.length === 0,
      left[0] ?? '',
      () => `${left.length} operations have not ended: ${left.join(', ')}`,
    );
  }

  /** Resolves when none is open. */
  async none(): Promise<void> {
    if (this.#left().length > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #left(): readonly string[] {
    return [...this.#open].flatMap(([node, operations]) =>
      [...operations].map((operation) => `${operation} at ${node}`),
    );
  }
}
