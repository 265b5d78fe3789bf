import type { Fact } from './facts.js';
import {
  answerText,
  type CursorPlaces,
  isOperationLogFact,
  type OperationLogFact,
  wordsOf,
} from './operation-facts.js';

/** An operation that is held. */
export interface ModelOperation {
  readonly operation: string;
  readonly owner: string;
  readonly hasRow: boolean;
  phase: string;
  peer: string;
  progress: number;
  outcome: string;
  /** 0 while it is alive. */
  seq: number;
}

/** A wait that is held. */
export interface ModelWait {
  readonly members: readonly string[];
  /** By member; absent while there is none. */
  readonly answers: Map<string, string>;
  isSatisfied: boolean;
}

export interface ModelEnd {
  readonly operation: string;
  readonly outcome: string;
  readonly hasRow: boolean;
}

/**
 * The registry of operations as the promised records tell it, folded by rules of its own and not by the engine's. It takes in whatever it
 * is told: to find fault with it is for the oracles.
 */
export class RegistryModel {
  /** By id, in the order of registration. */
  readonly held = new Map<string, ModelOperation>();
  /** How each evicted operation that is remembered has ended, as {@link answerText}; the oldest first. */
  readonly tombstones = new Map<string, string>();
  readonly terminatedOwners = new Set<string>();
  readonly waits = new Map<string, ModelWait>();
  /** Every end that there ever was, by completion seq. */
  readonly ends = new Map<number, ModelEnd>();
  /** As what each id was ever registered. */
  readonly terms = new Map<string, Set<string>>();
  cursors: CursorPlaces = { applied: 0, observed: 0, injected: 0 };
  lastSeq = 0;
  /** The highest seq that the feed ever had a row for. */
  watermark = 0;
  /** The highest seq of a row that is gone. */
  droppedThrough = 0;

  get activeCount(): number {
    return [...this.held.values()].filter(isAlive).length;
  }

  /** Whether an open wait is for the operation. */
  isAwaited(operation: string): boolean {
    return [...this.waits.values()].some(
      ({ isSatisfied, members }) => !isSatisfied && members.includes(operation),
    );
  }

  /** What an id stands for, in words. */
  standing(operation: string): string {
    const held = this.held.get(operation);
    if (held !== undefined) return standingText(held);
    const end = this.tombstones.get(operation);
    return end === undefined ? 'absent' : `evicted ${end}`;
  }

  /** The answer that is owed for a member that has ended; undefined for one that has not, or is not known. */
  answerOf(operation: string): string | undefined {
    const held = this.held.get(operation);
    if (held === undefined) return this.tombstones.get(operation);
    return isAlive(held) ? undefined : answerText(held.outcome, held.seq);
  }

  fold(fact: Fact): void {
    if (fact.kind === 'log.ended') this.#end(fact.operation, fact.outcome, fact.seq);
    else if (isOperationLogFact(fact)) this.#fold(fact);
  }

  #fold(fact: OperationLogFact): void {
    switch (fact.kind) {
      case 'log.registered': {
        const { operation, owner, hasRow, terms } = fact;
        this.terms.set(operation, new Set([...(this.terms.get(operation) ?? []), terms]));
        const fresh = { phase: 'provisioning', peer: '', progress: 0, outcome: '', seq: 0 };
        this.held.set(operation, { operation, owner, hasRow, ...fresh });
        return;
      }
      case 'log.phase':
        this.#change(fact.operation, { phase: fact.phase });
        return;
      case 'log.peer':
        this.#change(fact.operation, { peer: fact.peer });
        return;
      case 'log.progress':
        this.#change(fact.operation, { progress: (this.held.get(fact.operation)?.progress ?? 0) + 1 });
        return;
      case 'log.rolled-back':
        this.held.delete(fact.operation);
        this.#answer(fact.operation, 'rolled_back');
        return;
      case 'log.evicted':
        this.#evict(fact.operation);
        return;
      case 'log.tombstone-dropped':
        this.tombstones.delete(fact.operation);
        return;
      case 'log.owner-terminated':
        this.terminatedOwners.add(fact.owner);
        return;
      case 'log.owner-forgotten':
        this.terminatedOwners.delete(fact.owner);
        return;
      case 'log.wait-opened': {
        const members = wordsOf(fact.members);
        const known = members.flatMap((member): [string, string][] => {
          const answer = this.answerOf(member);
          return answer === undefined ? [] : [[member, answer]];
        });
        this.waits.set(fact.wait, { members, answers: new Map(known), isSatisfied: false });
        return;
      }
      case 'log.wait-satisfied': {
        const wait = this.waits.get(fact.wait);
        if (wait !== undefined) wait.isSatisfied = true;
        return;
      }
      case 'log.wait-closed':
        this.waits.delete(fact.wait);
        return;
      case 'log.cursors': {
        const { applied, observed, injected } = fact;
        this.cursors = { applied, observed, injected };
        return;
      }
    }
  }

  #end(operation: string, outcome: string, seq: number): void {
    const hasRow = this.held.get(operation)?.hasRow ?? true;
    this.ends.set(seq, { operation, outcome, hasRow });
    this.#change(operation, { outcome, seq });
    this.lastSeq = Math.max(this.lastSeq, seq);
    if (hasRow) this.watermark = Math.max(this.watermark, seq);
    this.#answer(operation, answerText(outcome, seq));
  }

  #evict(operation: string): void {
    const held = this.held.get(operation);
    if (held === undefined) return;
    this.held.delete(operation);
    this.tombstones.set(operation, answerText(held.outcome, held.seq));
    if (held.hasRow) this.droppedThrough = Math.max(this.droppedThrough, held.seq);
  }

  #change(operation: string, changes: Partial<ModelOperation>): void {
    const held = this.held.get(operation);
    if (held !== undefined) Object.assign(held, changes);
  }

  #answer(operation: string, answer: string): void {
    for (const { members, answers } of this.waits.values()) {
      if (members.includes(operation) && !answers.has(operation)) answers.set(operation, answer);
    }
  }
}

export function isAlive({ seq }: ModelOperation): boolean {
  return seq === 0;
}

/** An operation that is held, in words: phase or end, number of progress reports, peer. */
export function standingText({ phase, outcome, seq, progress, peer }: ModelOperation): string {
  return `${seq === 0 ? phase : answerText(outcome, seq)}/${progress}/${peer}`;
}

/** The answers of a wait in the order of the request; undefined when one is missing. */
export function answersOf({ members, answers }: ModelWait): string | undefined {
  const all = members.map((member) => answers.get(member));
  return all.includes(undefined) ? undefined : all.join(' ');
}
