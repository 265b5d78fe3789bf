import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from '../oracles/facts.js';
import { isOneOf } from '../oracles/is-one-of.js';

const kinds = [
  'log.registered',
  'log.ended',
  'bulkhead.queued',
  'bulkhead.granted',
  'bulkhead.released',
  'bulkhead.lapsed',
  'bulkhead.timed_out',
  'node.opened',
  'node.refused',
] as const;

/**
 * Which operations have not ended, by what each node's log says, and which permits of bulkheads are held. A voyage waits for them before it
 * ends: some have clients that were told long ago, or none at all, and what they hold is theirs until then; and what was asked of the store for
 * an operation may outlive it. None may be left, unless its node refused a damaged disk for good.
 */
export class OpenWork implements Oracle<Fact> {
  readonly id = 'converges';
  readonly #operations = new Map<string, Set<string>>();
  readonly #permits = new Map<string, Set<string>>();
  readonly #waiting: (() => void)[] = [];

  onFact(fact: Fact): void {
    if (!isOneOf(fact, kinds)) return;
    switch (fact.kind) {
      case 'log.registered':
        return add(this.#operations, fact.node, fact.operation);
      case 'bulkhead.granted':
        return add(this.#permits, fact.node, `permit ${fact.ticket}`);
      case 'log.ended':
        this.#operations.get(fact.node)?.delete(fact.operation);
        break;
      case 'bulkhead.released':
      case 'bulkhead.lapsed':
        this.#permits.get(fact.node)?.delete(`permit ${fact.ticket}`);
        break;
      case 'bulkhead.queued':
      case 'bulkhead.timed_out':
        // Who waits holds nothing.
        return;
      case 'node.opened':
        // Each life has a bulkhead of its own.
        this.#permits.delete(fact.node);
        break;
      case 'node.refused':
        if (fact.code !== 'LOG_DAMAGED') return;
        this.#operations.delete(fact.node);
        this.#permits.delete(fact.node);
        break;
    }
    if (this.#left().length > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  atQuiescence(check: Check): void {
    const left = this.#left();
    check(
      left.length === 0,
      left[0] ?? '',
      () => `${left.length} operations or permits are left: ${left.join(', ')}`,
    );
  }

  /** Resolves when nothing is open. */
  async none(): Promise<void> {
    if (this.#left().length > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #left(): readonly string[] {
    return [...this.#operations, ...this.#permits].flatMap(([node, names]) =>
      [...names].map((name) => `${name} at ${node}`),
    );
  }
}

function add(names: Map<string, Set<string>>, node: string, name: string): void {
  const ofNode = names.get(node) ?? new Set();
  names.set(node, ofNode.add(name));
}
