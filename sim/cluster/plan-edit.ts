import type { Tape } from '../kernel/tape.js';
import { drawEffect, type EffectStep, type PlanStep } from './plan.js';

/** What somebody may do to a program between two lives of the node that runs it. The place is taken modulo the length. */
export type PlanEdit =
  | { readonly kind: 'insert'; readonly at: number; readonly step: EffectStep }
  | {
      readonly kind: 'remove' | 'rename' | 'swap' | 'reinput' | 'reclass' | 'retime' | 'shorten';
      readonly at: number;
    };

const editKinds = [
  'insert',
  'append',
  'remove',
  'rename',
  'swap',
  'reinput',
  'reclass',
  'retime',
  'shorten',
] as const;

const placesMax = 8;
/** Deeds of inserted steps are told from those of drawn plans by their number. */
const insertedFrom = 1000;

/** Draws the `count`-th edit of a program. */
export function drawEdit(tape: Tape, count: number): PlanEdit {
  const kind = tape.pick('edit.kind', editKinds);
  const at = tape.draw('edit.at', placesMax);
  if (kind === 'insert') return { kind, at, step: drawEffect(tape, insertedFrom + count) };
  if (kind === 'append')
    return { kind: 'insert', at: Infinity, step: drawEffect(tape, insertedFrom + count) };
  return { kind, at };
}

/** The plan after the edit. An edit that finds nothing to change where it looks changes nothing. */
export function edited(steps: readonly PlanStep[], edit: PlanEdit): readonly PlanStep[] {
  const { length } = steps;
  if (edit.kind === 'insert') {
    const at = edit.at === Infinity ? length : edit.at % (length + 1);
    return [...steps.slice(0, at), edit.step, ...steps.slice(at)];
  }
  const at = edit.at % Math.max(1, length);
  const step = steps[at];
  if (step === undefined) return steps;
  // The higher places are within what is there.
  if (step.kind === 'fork' && edit.at >= placesMax / 2) return steps.with(at, editedBranch(step, edit));
  switch (edit.kind) {
    case 'remove':
      return steps.toSpliced(at, 1);
    case 'shorten':
      return steps.slice(0, at);
    case 'swap': {
      const next = steps[at + 1];
      return next === undefined ? steps : steps.with(at, next).with(at + 1, step);
    }
    case 'rename':
    case 'reinput':
    case 'reclass':
    case 'retime':
      return steps.with(at, changed(step, edit.kind));
  }
}

function editedBranch(fork: Fork, edit: PlanEdit): PlanStep {
  const at = edit.at % Math.max(1, fork.branches.length);
  const branch = fork.branches[at];
  if (branch === undefined) return fork;
  return { ...fork, branches: fork.branches.with(at, edited(branch, { ...edit, at: 0 })) };
}

function changed(step: PlanStep, how: 'rename' | 'reinput' | 'reclass' | 'retime'): PlanStep {
  switch (step.kind) {
    case 'effect':
      return changedEffect(step, how);
    case 'stamp':
      return { ...step, effect: changedEffect(step.effect, how) };
    case 'nap':
    case 'deadline':
      if (how === 'rename') return { ...step, name: `${step.name}x` };
      return { ...step, durationMs: step.durationMs + 7 };
    case 'until':
    case 'approval':
      // Another kind under the same name.
      if (how === 'retime') return { kind: 'nap', name: step.name, durationMs: 40 };
      return { ...step, name: `${step.name}x` };
    case 'fork':
      return changedFork(step, how);
  }
}

type Fork = Extract<PlanStep, { kind: 'fork' }>;

/** Another name, branches in another order, one branch less, or the last step of the last branch as the first of the first one. */
function changedFork(fork: Fork, how: 'rename' | 'reinput' | 'reclass' | 'retime'): Fork {
  const { name, branches } = fork;
  switch (how) {
    case 'rename':
      return { ...fork, name: `${name}x` };
    case 'reinput':
      return { ...fork, branches: branches.toReversed() };
    case 'reclass':
      return { ...fork, branches: branches.slice(1) };
    case 'retime': {
      if (branches.length === 0) return fork;
      const last = branches.at(-1) ?? [];
      const moved = [...branches.slice(0, -1), last.slice(0, -1)];
      return { ...fork, branches: moved.with(0, [...last.slice(-1), ...(moved[0] ?? [])]) };
    }
  }
}

function changedEffect(step: EffectStep, how: 'rename' | 'reinput' | 'reclass' | 'retime'): EffectStep {
  const { name, input, effect } = step;
  switch (how) {
    case 'rename':
      return { ...step, name: `${name}x` };
    case 'reinput':
      return { ...step, input: input + 500 };
    case 'reclass':
    case 'retime':
      if (effect.kind !== 'guarded') {
        return { ...step, effect: { kind: effect.kind === 'idempotent' ? 'at_least_once' : 'idempotent' } };
      }
      return { ...step, effect: reclassed(effect, how) };
  }
}

function reclassed(
  effect: Extract<EffectStep['effect'], { kind: 'guarded' }>,
  how: 'reclass' | 'retime',
): EffectStep['effect'] {
  if (how === 'reclass')
    return { ...effect, policy: effect.policy === 'fail' ? 'rerun' : 'fail', asks: false };
  return { ...effect, subclass: effect.subclass === 'custom' ? 'destructive' : 'custom' };
}
