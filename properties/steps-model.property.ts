import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StepEntry } from '../src/steps/entry.js';
import { stepsProjection } from '../src/steps/projection.js';
import type { StepRecord } from '../src/steps/record.js';
import type { StepsState } from '../src/steps/state.js';
import { ProjectionBench } from '../test/unit/projection-bench.js';
import { arbitraryCommands, commandIn } from '../test/unit/steps/arbitrary-command.js';
import { hex, StepsModel, textOf } from '../test/unit/steps/model.js';

function lineOf(record: StepRecord): string {
  switch (record.kind) {
    case 'intent':
      return record.resolvedBy === null
        ? `open ${record.onAmbiguous} ${record.window}`
        : `audited ${record.resolvedBy} ${record.window} ${record.onAmbiguous}`;
    case 'settled':
      return `settled ${record.effectClass} ${textOf(record.outcome)}`;
    case 'promise': {
      const payload = record.payload === null ? '' : hex(record.payload);
      return ['promise', payload, ...record.tokenDigests].join(' ');
    }
    case 'timer':
      return `${record.isFired ? 'fired' : 'timer'} ${record.dueMs}`;
  }
}

function view({ executions }: StepsState): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    [...executions].map(([id, { attempt, divergedAt, outcome, records }]) => [
      id,
      [
        `${attempt} ${divergedAt === null ? '' : 'diverged'} ${outcome === null ? '' : textOf(outcome)}`,
        ...[...records.values()].map((record) =>
          [record.stepKey, record.attempt, record.fingerprint, lineOf(record)].join(' '),
        ),
      ],
    ]),
  );
}

/** The bytes of all values that an execution holds, counted from what it shows. */
function payloadBytes(lines: readonly string[]): number {
  const values = lines.slice(1).map((line) => / (?:value|promise) ([0-9a-f]+)/.exec(line)?.[1] ?? '');
  return values.join('').length / 2;
}

test('accepts and refuses what the model does, and shows the same executions, attempts and steps', () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(arbitraryCommands, (given) => {
      const journal = new ProjectionBench(stepsProjection);
      const model = new StepsModel();
      let before = journal.bytes();
      for (const template of given) {
        const command = commandIn(template, model.attemptOf(template.executionId));
        const { refusal, entries } = journal.give(command);
        const verdict = refusal !== undefined ? 'refused' : entries.length === 0 ? 'nothing new' : 'recorded';
        assert.equal(verdict, model.judge(command), JSON.stringify(command));
        assert.deepEqual(view(journal.state), model.view(), JSON.stringify(command));
        const after = journal.bytes();
        assert.equal(after === before, verdict !== 'recorded', JSON.stringify(command));
        before = after;
        count(refusal?.code ?? verdict);
        for (const { kind } of entries) count(kind);
      }
      for (const [id, lines] of Object.entries(model.view())) {
        assert.equal(journal.state.executions.get(id)?.payloadBytes, payloadBytes(lines));
      }
    }),
    { numRuns: 3000 },
  );
  // All 14 kinds of entries, the 14 refusals but that of limits, what was recorded, and what said nothing new.
  expect([...seen.keys()].sort()).toHaveLength(30);
  expect(Math.min(...seen.values())).toBeGreaterThan(50);
});

test('an effect is intended before it is settled, a window is audited once, and nothing follows an end', () => {
  fc.assert(
    fc.property(arbitraryCommands, (given) => {
      const journal = new ProjectionBench(stepsProjection);
      for (const template of given) {
        const attempt = journal.state.executions.get(template.executionId)?.attempt ?? 0;
        journal.give(commandIn(template, attempt));
      }
      const stories = new Map<string, string[]>();
      for (const entry of journal.log) {
        const id = entry.executionId;
        if (entry.kind === 'execution_forgotten') {
          assert.equal(stories.get(id)?.at(-1), 'execution_finished');
          stories.delete(id);
          continue;
        }
        const story = stories.get(id) ?? [];
        assert(!story.includes('execution_finished'), `${entry.kind} after the end`);
        stories.set(id, story);
        assertTellable(story, entry);
        story.push('stepKey' in entry ? `${entry.kind} ${entry.stepKey}` : entry.kind);
        if (entry.kind === 'ambiguity_resolved') story.push(`window ${entry.window} of ${entry.stepKey}`);
      }
    }),
    { numRuns: 2000 },
  );
});

/** What may not be told, whatever else was. */
function assertTellable(story: readonly string[], entry: StepEntry): void {
  const last = (...kinds: readonly string[]) =>
    'stepKey' in entry
      ? story.findLastIndex((line) => kinds.some((kind) => line === `${kind} ${entry.stepKey}`))
      : -1;
  switch (entry.kind) {
    case 'step_result':
    case 'step_failed': {
      if (entry.effectClass !== 'exactly_once_guarded') return;
      const isIntended = last('effect_intent') > last('intent_withdrawn', 'step_result', 'step_failed');
      return assert(isIntended, `${entry.stepKey} was not intended`);
    }
    case 'effect_intent':
      return assert(last('effect_intent') <= last('intent_withdrawn'), `${entry.stepKey} was begun twice`);
    case 'ambiguity_resolved':
      return assert(
        !story.slice(last('effect_intent')).includes(`window ${entry.window} of ${entry.stepKey}`),
      );
    case 'promise_resolved':
      return assert(
        last('promise_resolved') < last('promise_created'),
        `${entry.stepKey} was resolved twice`,
      );
    case 'timer_fired':
      return assert(last('timer_fired') < last('timer_armed'), `${entry.stepKey} fired twice`);
    case 'execution_opened':
    case 'intent_withdrawn':
    case 'promise_created':
    case 'promise_token_issued':
    case 'timer_armed':
    case 'execution_diverged':
    case 'execution_finished':
    case 'execution_forgotten':
  }
}

test('a journal that restarts anywhere, from a snapshot or from its log, ends as one that never does', () => {
  fc.assert(
    fc.property(arbitraryCommands, fc.infiniteStream(fc.boolean()), (given, restarts) => {
      const [steady, restarted, replayed] = [
        new ProjectionBench(stepsProjection),
        new ProjectionBench(stepsProjection),
        new ProjectionBench(stepsProjection),
      ];
      for (const template of given) {
        const attempt = steady.state.executions.get(template.executionId)?.attempt ?? 0;
        const command = commandIn(template, attempt);
        expect(restarted.give(command)).toEqual(steady.give(command));
        if (restarts.next().value) restarted.state = restarted.reread();
        assert.equal(restarted.bytes(), steady.bytes());
      }
      replayed.take(steady.rereadLog());
      expect(replayed.log).toEqual(steady.log);
      expect(replayed.state).toEqual(steady.state);
    }),
    { numRuns: 1000 },
  );
});
