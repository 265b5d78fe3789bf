import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DurableContext } from '../src/steps/context.js';
import { idempotent } from '../src/steps/descriptor.js';
import { endOf, Harbour, Life, type Program, run } from '../test/unit/steps/harness.js';

/** One call: a step of that name, or branches that run at once. */
type Call = string | readonly Calls[];
type Calls = readonly Call[];

const name = fc.constantFrom('a', 'b');
const { calls } = fc.letrec<{ call: Call; calls: Calls }>((tie) => ({
  call: fc.oneof(
    { maxDepth: 2 },
    { weight: 3, arbitrary: name },
    { weight: 1, arbitrary: fc.array(tie('calls'), { maxLength: 3 }) },
  ),
  calls: fc.array(tie('call'), { maxLength: 4 }),
}));

const edits = ['insert', 'insert scope', 'remove', 'rename', 'swap', 'add branch', 'remove branch'] as const;
const edit = fc.record({ kind: fc.constantFrom(...edits), sequence: fc.nat(20), place: fc.nat(20) });
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

/** All sequences of a program: its own first, then those of its branches. */
function sequencesOf(all: Calls): readonly Calls[] {
  return [all, ...all.flatMap((call) => (typeof call === 'string' ? [] : call.flatMap(sequencesOf)))];
}

function edited(program: Calls, { kind, sequence, place }: Edit): Calls {
  const sequences = sequencesOf(program);
  const target = sequences[sequence % sequences.length];
  const replace = (all: Calls): Calls => {
    if (all === target) return changed(all, kind, place % (all.length + 1));
    return all.map((call) => (typeof call === 'string' ? call : call.map(replace)));
  };
  return replace(program);
}

function changed(all: Calls, kind: Edit['kind'], at: number): Calls {
  const [before, [here, next, ...rest]] = [all.slice(0, at), all.slice(at)];
  const after = all.slice(at + 1);
  switch (kind) {
    case 'insert':
      return [...before, 'x', ...all.slice(at)];
    case 'insert scope':
      return [...before, [['x']], ...all.slice(at)];
    case 'remove':
      return [...before, ...after];
    case 'rename':
      return here === undefined ? all : [...before, 'x', ...after];
    case 'swap':
      return here === undefined || next === undefined ? all : [...before, next, here, ...rest];
    case 'add branch':
      return here === undefined || typeof here === 'string' ? all : [...before, [...here, ['x']], ...after];
    case 'remove branch':
      return here === undefined || typeof here === 'string' ? all : [...before, here.slice(1), ...after];
  }
}

function programOf(all: Calls): Program {
  const perform = async (ctx: DurableContext, life: Life, sequence: Calls): Promise<void> => {
    for (const call of sequence) {
      if (typeof call === 'string')
        await ctx.step(idempotent(call, null), (handle) => life.act(handle, call));
      else
        await ctx.parallel(
          'scope',
          call.map((branch) => (context) => perform(context, life, branch)),
        );
    }
  };
  return async (ctx, life) => {
    await perform(ctx, life, all);
    return null;
  };
}

/** What is called, or journaled, in one sequence: each call with the branches within it. */
interface Trail {
  readonly key: string;
  readonly branches: readonly (readonly Trail[])[];
}

/** What a program calls when it runs to its end. Scopes without any step in them leave no trail. */
function trailOf(all: Calls): readonly Trail[] {
  const counts = new Map<string, number>();
  return all
    .map((call) => {
      const called = typeof call === 'string' ? call : 'scope';
      const count = counts.get(called) ?? 0;
      counts.set(called, count + 1);
      const branches = typeof call === 'string' ? [] : call.map(trailOf);
      return { key: `${called}#${count}`, branches };
    })
    .filter(({ key, branches }) => !key.startsWith('scope') || branches.some((branch) => branch.length > 0));
}

/** What is journaled, from keys such as `scope#0[1]/a#0` in the order of the journal. */
function trailOfKeys(keys: readonly string[]): readonly Trail[] {
  const heads = [...new Set(keys.map((key) => /^[a-z]+#\d+/.exec(key)?.[0] ?? ''))];
  return heads.map((head) => {
    const within = keys.filter((key) => key.startsWith(`${head}[`)).map((key) => key.slice(head.length + 1));
    const count = Math.max(0, ...within.map((key) => Number.parseInt(key, 10) + 1));
    const branches = Array.from({ length: count }, (_, index) =>
      trailOfKeys(
        within.filter((key) => key.startsWith(`${index}]/`)).map((key) => key.slice(`${index}]/`.length)),
      ),
    );
    return { key: head, branches };
  });
}

/** Whether a program that calls `called` may have left `journaled` when it was cut off, or must have left it when it was not. */
function fits(journaled: readonly Trail[], called: readonly Trail[], isWhole: boolean): boolean {
  if (journaled.length > called.length || (isWhole && journaled.length < called.length)) return false;
  return journaled.every((each, index) => {
    const call = called[index];
    if (call?.key !== each.key) return false;
    const count = Math.max(each.branches.length, call.branches.length);
    // Something behind it is journaled, so it had ended.
    const isOver = isWhole || index < journaled.length - 1;
    return Array.from({ length: count }, (_, branch) =>
      fits(each.branches[branch] ?? [], call.branches[branch] ?? [], isOver),
    ).every(Boolean);
  });
}

/** A journal that a program has left behind, cut off at some point, or interrupted right before its end. */
async function journalOf(program: Program, crashAt: number): Promise<Harbour> {
  const harbour = new Harbour();
  const stop = new AbortController();
  const life = new Life(harbour, crashAt);
  const interrupted: Program = async (ctx, current, input) => {
    await program(ctx, current, input);
    stop.abort();
    return null;
  };
  await Promise.race([run(life, interrupted, stop.signal).catch(() => {}), life.died]);
  return harbour;
}

function codeOf(end: Awaited<ReturnType<typeof endOf>>): unknown {
  if (end === 'crashed') return end;
  return 'code' in end ? end.code : 'kind' in end ? end.kind : end;
}

test('a changed program goes on exactly when it could have left the journal that it finds, and is told otherwise', async () => {
  const seen = { fitting: 0, told: 0 };
  await fc.assert(
    fc.asyncProperty(
      calls,
      fc.array(edit, { minLength: 1, maxLength: 2 }),
      fc.nat(80),
      async (first, changes, crashAt) => {
        const second = changes.reduce(edited, first);
        const harbour = await journalOf(programOf(first), crashAt + 4);
        const keys = harbour.entries.flatMap((entry) =>
          entry.kind === 'step_result' ? [entry.stepKey] : [],
        );
        const isFitting = fits(trailOfKeys(keys), trailOf(second), false);
        const before = harbour.counts;
        const end = await endOf(new Life(harbour), programOf(second));
        seen[isFitting ? 'fitting' : 'told'] += 1;
        assert.equal(codeOf(end), isFitting ? 'completed' : 'STEPS_REPLAY_DIVERGENCE');
        assert.equal(harbour.kinds.includes('execution_diverged'), !isFitting);
        const isSequential = [...first, ...second].every((call) => typeof call === 'string');
        if (!isFitting && isSequential) assert.deepEqual(harbour.counts, before);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(300);
});
