import type { Check } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { answerText, isOperationLogFact } from './operation-facts.js';

/** What is durable of the registry of operations, and so may be seen: the part of durable-before-visible that is about it. */
export class VisibleOperations {
  readonly #changes = new Set<string>();
  readonly #ends = new Set<string>();
  #lastSeq = 0;

  observe(fact: Fact, check: Check): void {
    const change = changeOf(fact);
    if (change !== undefined) this.#changes.add(change);
    if (fact.kind === 'log.ended') {
      this.#changes.add(`${fact.operation} over`);
      this.#ends.add(`${fact.operation} ${answerText(fact.outcome, fact.seq)}`);
      this.#lastSeq = Math.max(this.#lastSeq, fact.seq);
    } else if (fact.kind === 'client.accepted') {
      if (fact.change !== '') this.#mustHold(fact.node, `${fact.subject} ${fact.change}`, check);
    } else if (fact.kind === 'client.shown') {
      const end = `${fact.operation} ${answerText(fact.outcome, fact.seq)}`;
      check(
        this.#ends.has(end),
        fact.operation,
        () => `${fact.node} was shown ${end} in the ${fact.place} before it was durable`,
      );
    } else if (fact.kind === 'client.watched') {
      if (fact.end === 'rolled_back') this.#mustHold(fact.node, `${fact.operation} rolled_back`, check);
    } else if (fact.kind === 'client.waited') {
      const end = fact.end === 'satisfied' ? `satisfied ${fact.answers}` : fact.end;
      this.#mustHold(fact.node, `${fact.wait} ${end}`, check);
    } else if (fact.kind === 'client.page') {
      check(
        fact.throughSeq <= Math.max(fact.afterSeq, this.#lastSeq),
        fact.node,
        () => `has read through ${fact.throughSeq}; durable is ${this.#lastSeq}`,
      );
    }
  }

  #mustHold(node: string, change: string, check: Check): void {
    check(this.#changes.has(change), node, () => `was told "${change}" before that was durable`);
  }
}

/** What a record changes about its subject, in the words in which somebody may be told so. */
function changeOf(fact: Fact): string | undefined {
  if (fact.kind === 'log.ended') return `${fact.operation} ${fact.outcome}`;
  if (!isOperationLogFact(fact)) return undefined;
  switch (fact.kind) {
    case 'log.registered':
      return `${fact.operation} registered as ${fact.terms}`;
    case 'log.phase':
      return `${fact.operation} ${fact.phase}`;
    case 'log.peer':
      return `${fact.operation} peer`;
    case 'log.progress':
      return `${fact.operation} progress`;
    case 'log.rolled-back':
      return `${fact.operation} rolled_back`;
    case 'log.owner-terminated':
      return `${fact.owner} terminated`;
    case 'log.wait-satisfied':
      return `${fact.wait} satisfied ${fact.answers}`;
    case 'log.wait-closed':
      return `${fact.wait} ${fact.why}`;
    case 'log.evicted':
    case 'log.tombstone-dropped':
    case 'log.owner-forgotten':
    case 'log.wait-opened':
    case 'log.cursors':
      return undefined;
  }
}
