import { describe, expect, test } from 'vitest';
import { WorkflowNode, type WorkflowNodeOptions } from '../../../src/node/workflow-node.js';
import { UnaccountedOperation } from '../../../src/recovery/soundness.js';
import type { DurableRecoveryPlan } from '../../../src/recovery/plan.js';
import { assertPlanFits } from '../../../src/node/take-up.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { idempotent } from '../../../src/steps/descriptor.js';
import type { Workflow } from '../../../src/steps/run-workflow.js';
import { Sea } from '../log/sea.js';

let runs = 0;

const quick: Workflow = {
  name: 'quick',
  async program(context, input) {
    runs += 1;
    return context.step(idempotent('double', input), () => Number(input) * 2);
  },
};
const failing: Workflow = { name: 'failing', program: () => Promise.reject(new Error('no')) };
const parked: Workflow = {
  name: 'parked',
  program: async (context) => (await context.promise('never')).value(),
};

const open = (ports: Ports, options: Partial<WorkflowNodeOptions> = {}): Promise<WorkflowNode> =>
  WorkflowNode.open(ports, { workflows: [quick, failing, parked], segmentBytes: 8192, ...options });

describe('recovery decides what becomes of each operation, and that is done', () => {
  test('what ended is reused or preserved, what did not is run again', async () => {
    const sea = new Sea();
    await sea.run(async (ports) => {
      const node = await open(ports);
      node.start();
      await node.submit({ operationId: 'a', workflow: 'quick', input: 1 });
      await node.submit({ operationId: 'b', workflow: 'failing', input: null });
      await node.submit({ operationId: 'c', workflow: 'parked', input: null });
      await Promise.all([node.wait('a'), node.wait('b')]);
    }, 'power');
    await sea.run(async (ports) => {
      const node = await open(ports);
      expect(node.plan.decisions.map(({ operationId, action }) => `${operationId} ${action}`)).toEqual([
        'a reuse_finalized',
        'b preserve_terminal',
        'c reexecute_from_scratch',
      ]);
      expect(node.plan.decisions.map(({ level, gateLevel }) => `${level} ${gateLevel ?? '-'}`)).toEqual([
        'finalized finalized',
        'provisional -',
        'provisional -',
      ]);
      runs = 0;
      node.start();
      expect((await node.wait('a')).value).toBe(2);
      await ports.clock.sleep(100);
      expect(runs).toBe(0);
      expect(await node.status('c')).toMatchObject({ status: 'running' });
    });
  });

  test('a result that was certified and not yet committed is taken from its evidence: the program does not run again', async () => {
    let resumed = 0;
    for (let call = 1; call <= 60; call += 1) {
      const sea = new Sea();
      await sea.live(
        async (ports) => {
          const node = await open(ports);
          node.start();
          await node.submit({ operationId: 'a', workflow: 'quick', input: 21 });
          await node.wait('a');
        },
        { crash: 'power', crashPoint: { call, when: 'after' } },
      );
      await sea.run(async (ports) => {
        const node = await open(ports);
        const action = node.plan.decisions[0]?.action;
        runs = 0;
        node.start();
        if (action === undefined) return;
        expect((await node.wait('a')).value).toBe(42);
        expect(runs).toBe(action === 'reexecute_from_scratch' ? 1 : 0);
        if (action === 'resume_from_evidence_boundary') resumed += 1;
      });
    }
    expect(resumed).toBeGreaterThan(0);
  });

  test('O9: a plan that leaves out what was registered, or speaks of what was not submitted, is not carried out', () => {
    const live = { operationId: 'a', action: 'reexecute_from_scratch' } as const;
    const plan = (...decisions: readonly (typeof live)[]): DurableRecoveryPlan => ({
      checkpointLsn: 0,
      recoveredLsn: 0,
      metadata: {
        checkpointTick: 0,
        walTailStartTick: null,
        highestRecoveredTick: null,
        resumedOperationIds: [],
        terminalOperationIds: [],
        cachedEvidenceIds: [],
      },
      decisions: decisions.map((decision) => ({
        ...decision,
        level: 'provisional',
        finalization: null,
        cachedEvidenceIds: [],
        gateCrossed: false,
        checkpointLevel: 'none',
        gateLevel: null,
      })),
    });
    const submitted = new Map([['a', null]]);
    expect(() => assertPlanFits(plan(live), { registered: ['a'], submitted })).not.toThrow();
    expect(() => assertPlanFits(plan(), { registered: ['a'], submitted: new Map() })).toThrow(
      UnaccountedOperation,
    );
    expect(() => assertPlanFits(plan(), { registered: [], submitted })).toThrow(UnaccountedOperation);
    expect(() => assertPlanFits(plan(live), { registered: ['a'], submitted: new Map() })).toThrow(
      'has no submission',
    );
  });
});

describe('evidence', () => {
  test('D18: no operation begins that has no place for its result, and places are given back', async () => {
    await new Sea().run(async (ports) => {
      const node = await open(ports, { evidenceMax: 2 });
      node.start();
      await node.submit({ operationId: 'p', workflow: 'parked', input: null });
      await node.submit({ operationId: 'q', workflow: 'parked', input: null });
      expect(await node.submit({ operationId: 'r', workflow: 'quick', input: 1 })).toMatchObject({
        kind: 'refused',
        refusal: { code: 'NODE_EVIDENCE_EXHAUSTED', evidenceMax: 2 },
      });
      expect((await node.submit({ operationId: 'p', workflow: 'parked', input: null })).kind).toBe(
        'accepted',
      );
      await node.cancel('p', 'make room');
      await node.wait('p');
      for (const operationId of ['s', 't', 'u']) {
        expect((await node.submit({ operationId, workflow: 'quick', input: 1 })).kind).toBe('accepted');
        expect((await node.wait(operationId)).value).toBe(2);
        await ports.clock.sleep(50);
      }
    });
  });
});

describe('whoever watches an operation', () => {
  test('sees each standing of it, from the first to the last', async () => {
    const seen: string[] = [];
    await new Sea().run(async (ports) => {
      const node = await open(ports);
      await node.submit({ operationId: 'a', workflow: 'parked', input: null });
      const watching = (async () => {
        for await (const { status, lastProgress } of node.watch('a')) {
          seen.push(`${status} ${lastProgress?.percent ?? '-'}`);
        }
      })();
      await ports.clock.sleep(50);
      node.start();
      await ports.clock.sleep(50);
      await node.progress('a', 'half of it', 50);
      await ports.clock.sleep(50);
      await node.cancel('a', 'enough');
      await watching;
    });
    expect(seen).toEqual(['provisioning -', 'running -', 'running 50', 'cancelled 50']);
  });

  test('is told at once when nothing is held, and that the node stopped when it did', async () => {
    await new Sea().run(async (ports) => {
      const node = await open(ports);
      node.start();
      expect(await node.watch('nobody').next()).toMatchObject({ done: true });
      await node.submit({ operationId: 'a', workflow: 'parked', input: null });
      await ports.clock.sleep(50);
      const watching = node.watch('a');
      await watching.next();
      const next = watching.next();
      await node.close();
      await expect(next).rejects.toMatchObject({ code: 'NODE_STOPPED' });
    });
  });
});
