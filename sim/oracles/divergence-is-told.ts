import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { isOneOf } from './is-one-of.js';
import { outOfPatience } from './program-facts.js';
import { ReplayModel } from './replay-model.js';

const kinds = [
  'program.began',
  'program.called',
  'program.forked',
  'program.left',
  'program.halted',
  'step.answered',
  'effect.requested',
  'log.cancelling',
  'log.step',
  'log.diverged',
  'log.ended',
] as const;

/** What is known of one operation. */
interface Known {
  /** What is journaled, in order, by step. */
  readonly journal: Map<string, { readonly terms: string; readonly text: string }>;
  /** What each step was last called for with. */
  readonly lastCalls: Map<string, { readonly terms: string; readonly text: string }>;
  readonly deeds: Map<string, string>;
  readonly committed: Set<string>;
  readonly guarded: Set<string>;
  replay: ReplayModel | undefined;
  isDiverged: boolean;
  ended: string;
}

/**
 * A program that does not match its journal never silently continues: it gets no answer and causes no effect from there on, the
 * divergence is on the disk, and the operation does not complete. And the other way round: a divergence is told only where there is one,
 * and never to a program that has not changed. What an earlier program has committed is not done again.
 *
 * Whether they match is found out from outside (see `replay-model.ts`): by what the disk holds, and by what the program calls for.
 */
export function divergenceIsTold(): Oracle<Fact> {
  const operations = new Map<string, Known>();
  const refused = new Set<string>();
  const knownOf = (operation: string): Known => {
    let known = operations.get(operation);
    if (known === undefined) operations.set(operation, (known = unknown()));
    return known;
  };
  return {
    id: 'divergence-is-told',
    onFact(fact, check) {
      if (fact.kind === 'node.refused' && fact.excused) refused.add(fact.node);
      else if (fact.kind === 'node.ready') refused.delete(fact.node);
      else if (isOneOf(fact, kinds)) judge(knownOf(fact.operation), fact, check);
    },
    atQuiescence(check) {
      if (refused.size > 0) return;
      for (const [operation, { replay, isDiverged, ended }] of operations) {
        const mismatch = replay?.mismatch;
        if (mismatch === undefined) continue;
        check(isDiverged || ended === 'cancelled', operation, () => `never told that ${mismatch}`);
      }
    },
  };
}

function unknown(): Known {
  return {
    journal: new Map(),
    lastCalls: new Map(),
    deeds: new Map(),
    committed: new Set(),
    guarded: new Set(),
    replay: undefined,
    isDiverged: false,
    ended: '',
  };
}

function judge(known: Known, fact: Extract<Fact, { kind: (typeof kinds)[number] }>, check: Check): void {
  const { operation } = fact;
  switch (fact.kind) {
    case 'program.began':
      known.replay = new ReplayModel(fact.run, fact.text, known.journal);
      check(!known.isDiverged, operation, () => 'is run again, and its divergence is on the disk');
      return;
    case 'program.called':
    case 'program.forked':
    case 'program.left':
    case 'program.halted':
      if (known.replay?.run === fact.run) follow(known, known.replay, fact, check);
      return;
    case 'step.answered':
      check(known.replay?.allows(fact.step) ?? true, operation, () => {
        return `${fact.step} was answered, although ${known.replay?.mismatch ?? 'it was never called for'}`;
      });
      return;
    case 'log.cancelling':
      check(
        known.isDiverged || known.replay?.mismatch === undefined || fact.reason !== outOfPatience,
        operation,
        () => {
          return `not told for very long that ${known.replay?.mismatch ?? ''}`;
        },
      );
      return;
    case 'effect.requested':
      return requested(known, fact, check);
    case 'log.step':
      return journaled(known, fact);
    case 'log.diverged':
      check(known.replay?.mismatch !== undefined, operation, () => {
        return `told that it diverges at ${fact.step}, and it does not`;
      });
      known.isDiverged = true;
      known.replay?.told();
      return;
    case 'log.ended': {
      const mismatch = known.replay?.mismatch;
      known.ended = fact.outcome;
      check(mismatch === undefined || fact.outcome !== 'completed', operation, () => {
        return `completed, although ${mismatch ?? ''}`;
      });
      check(!known.isDiverged || fact.outcome === 'failed' || fact.outcome === 'cancelled', operation, () => {
        return `ended as ${fact.outcome} after a divergence`;
      });
      return;
    }
  }
}

type Call = Extract<Fact, { kind: 'program.called' | 'program.forked' | 'program.left' | 'program.halted' }>;

function follow(known: Known, replay: ReplayModel, fact: Call, check: Check): void {
  const before = replay.mismatch;
  switch (fact.kind) {
    case 'program.called':
      known.lastCalls.set(fact.step, { terms: fact.terms, text: replay.text });
      replay.called(fact.scope, fact.step, fact.terms);
      break;
    case 'program.forked':
      replay.forked(fact.scope, fact.step, fact.branches);
      break;
    case 'program.left':
      replay.left(fact.scope);
      break;
    case 'program.halted':
      return replay.told();
  }
  const { mismatch } = replay;
  if (before === undefined && mismatch !== undefined) {
    check(!replay.isOfOneText, fact.operation, () => `the same program as before, and ${mismatch}`);
  }
}

function requested(known: Known, fact: Extract<Fact, { kind: 'effect.requested' }>, check: Check): void {
  const { operation, step, deed, run } = fact;
  const { replay } = known;
  check(replay?.run === run, operation, () => `${step} is requested by a run that is over`);
  check(replay?.allows(step) ?? false, operation, () => {
    return `${step} is requested, although ${replay?.mismatch ?? 'it was never called for'}`;
  });
  check(!known.isDiverged, operation, () => `${step} is requested after the divergence was told`);
  if (!fact.guarded) return;
  check(
    !known.committed.has(deed),
    operation,
    () => `${deed} is requested again by ${step}, and is committed`,
  );
  known.guarded.add(step);
  known.deeds.set(step, deed);
}

function journaled(known: Known, { step, standing }: Extract<Fact, { kind: 'log.step' }>): void {
  if (standing === 'withdrawn') known.journal.delete(step);
  else if (!known.journal.has(step)) {
    known.journal.set(step, known.lastCalls.get(step) ?? { terms: 'never called for', text: '' });
  }
  const deed = known.deeds.get(step);
  if (standing === 'settled' && known.guarded.has(step) && deed !== undefined) known.committed.add(deed);
}
