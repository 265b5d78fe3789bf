import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crashInRecovery } from '../scenarios/crash-in-recovery.scenario.js';
import { duplicateSubmit } from '../scenarios/duplicate-submit.scenario.js';
import { workflowCrashStorm } from '../scenarios/workflow-crash-storm.scenario.js';
import type { CrashPoint } from '../sim/kernel/process.js';
import type { CborValue } from '../src/codec/cbor.js';
import { readEach, readOneOf } from '../src/codec/shape.js';
import { WorkflowNode } from '../src/node/workflow-node.js';
import type { Ports } from '../src/runtime/ports.js';
import type { DurableContext } from '../src/steps/context.js';
import { exactlyOnceGuarded, idempotent } from '../src/steps/descriptor.js';
import type { Workflow } from '../src/steps/run-workflow.js';
import { Sea } from '../test/unit/log/sea.js';
import { tapes } from './tapes.js';

const turns = ['read', 'charge', 'nap', 'fork', 'child'] as const;
type Turn = (typeof turns)[number];

/** The outside: it answers a key that it has seen as it did before. And what the program was told, life after life. */
class World {
  readonly applied = new Set<string>();
  readonly lives: string[][] = [];

  /** The workflows of one more life. */
  workflows(): readonly Workflow[] {
    const told: string[] = [];
    this.lives.push(told);
    const program = async (context: DurableContext, input: CborValue): Promise<CborValue> => {
      const answers: CborValue[] = [];
      for (const turn of readEach(input, 'plan', (value, path) => readOneOf(value, path, turns))) {
        answers.push(await this.#take(context, turn));
        told.push(JSON.stringify(answers.at(-1)));
      }
      return answers;
    };
    const child = (context: DurableContext): Promise<CborValue> => this.#take(context, 'charge');
    return [
      { name: 'voyage', program },
      { name: 'child', program: child },
    ];
  }

  async #take(context: DurableContext, turn: Turn): Promise<CborValue> {
    switch (turn) {
      case 'read':
        return context.step(idempotent('read', null), ({ stepKey }) => `read at ${stepKey}`);
      case 'charge':
        return context.step(exactlyOnceGuarded('charge', 'money_moving', 'rerun', null), (handle) => {
          this.applied.add(handle.idempotencyKey);
          return `receipt for ${handle.idempotencyKey}`;
        });
      case 'nap':
        await context.sleep('nap', 20);
        return 'rested';
      case 'fork':
        return context.parallel('fork', [
          (branch) => this.#take(branch, 'charge'),
          (branch) => this.#take(branch, 'nap'),
          (branch) => this.#take(branch, 'read'),
        ]);
      case 'child':
        return context.workflow('child', 'child', null);
    }
  }
}

interface Crash {
  readonly crash: 'process' | 'power';
  readonly crashPoint: CrashPoint;
}

/** What is left of a voyage. */
interface Ending {
  readonly value: CborValue | undefined;
  readonly effects: readonly string[];
  readonly decisions: readonly string[];
}

async function sail(plan: readonly Turn[], crashes: readonly Crash[], world: World): Promise<Ending> {
  const sea = new Sea();
  const open = (ports: Ports): Promise<WorkflowNode> =>
    WorkflowNode.open(ports, { workflows: world.workflows(), segmentBytes: 4096, snapshotEveryRecords: 12 });
  const live = async (ports: Ports): Promise<CborValue | undefined> => {
    const node = await open(ports);
    node.start();
    await node.submit({ operationId: 'v', workflow: 'voyage', input: plan });
    return (await node.wait('v')).value;
  };
  for (const crash of crashes) await sea.live(live, crash);
  const value = await sea.run(live);
  const { decisions } = await sea.run(async (ports) => (await open(ports)).plan);
  return {
    value,
    effects: [...world.applied].sort(),
    decisions: decisions.map(({ operationId, action, level, gateLevel }) =>
      [operationId, action, level, gateLevel].join(' '),
    ),
  };
}

const plans = fc.array(fc.constantFrom(...turns), { minLength: 1, maxLength: 6 });
const crashes = fc.array(
  fc.record<Crash>({
    crash: fc.constantFrom('process', 'power'),
    crashPoint: fc.record({
      call: fc.integer({ min: 1, max: 120 }),
      when: fc.constantFrom('before', 'after'),
    }),
  }),
  { minLength: 1, maxLength: 4 },
);

test('replay equivalence: however often it is crashed, a voyage ends as the one that nothing interrupted, and sees the same on the way', async () => {
  await fc.assert(
    fc.asyncProperty(plans, crashes, async (plan, drawn) => {
      const calm = new World();
      const uninterrupted = await sail(plan, [], calm);
      const stormy = new World();
      expect(await sail(plan, drawn, stormy)).toEqual(uninterrupted);
      expect(
        uninterrupted.decisions.every((decision) => decision.endsWith('reuse_finalized finalized finalized')),
      ).toBe(true);
      const [whole = []] = calm.lives;
      for (const life of stormy.lives) expect(life).toEqual(whole.slice(0, life.length));
    }),
    { numRuns: 400 },
  );
}, 60_000);

describe.each([workflowCrashStorm, crashInRecovery, duplicateSubmit])('whole voyages: $name', (scenario) => {
  test('escalate monotonically, take effect exactly once, and are replayed to the same state, whatever the tape', async () => {
    const checks = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(tapes(), async (tape) => {
        const verdict = await tape.sail(scenario);
        expect(verdict.violation).toBeUndefined();
        expect(verdict.end).toBe('idle');
        for (const [invariant, count] of verdict.checks) {
          checks.set(invariant, (checks.get(invariant) ?? 0) + count);
        }
      }),
      { numRuns: 60 },
    );
    for (const invariant of [
      'monotonic-escalation',
      'exactly-once-effect',
      'replay-equivalence',
      'recovery-soundness',
    ]) {
      expect(checks.get(invariant) ?? 0).toBeGreaterThan(50);
    }
  }, 60_000);
});
