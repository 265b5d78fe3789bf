import { expect, test } from 'vitest';
import { exactlyOnceGuarded, idempotent } from '../../../../src/steps/descriptor.js';
import type { Workflow } from '../../../../src/steps/run-workflow.js';
import type { WorkerNode } from '../../../../src/node/worker/worker-node.js';
import { Sea } from '../../log/sea.js';
import { Fleet } from './fleet.js';
import type { Line } from './fake-authority.js';

/** The outside world: it does each key once, and answers the same again. */
class Outside {
  readonly done = new Map<string, number>();

  apply(key: string): number {
    const before = this.done.get(key);
    if (before !== undefined) return before;
    this.done.set(key, this.done.size);
    return this.done.size - 1;
  }
}

function haul(outside: Outside): Workflow {
  return {
    name: 'haul',
    async program(context, input) {
      const charged = await context.step(
        exactlyOnceGuarded('charge', 'money_moving', 'rerun', input),
        ({ idempotencyKey }) => outside.apply(idempotencyKey),
      );
      await context.sleep('wait', 400);
      const child = await context.workflow('child', 'leg', input);
      const shipped = await context.step(idempotent('ship', input), ({ idempotencyKey }) =>
        outside.apply(idempotencyKey),
      );
      return [charged, child, shipped];
    },
  };
}

function leg(outside: Outside): Workflow {
  return {
    name: 'leg',
    async program(context, input) {
      await context.sleep('sail', 300);
      return context.step(idempotent('land', input), ({ idempotencyKey }) => outside.apply(idempotencyKey));
    },
  };
}

interface Berth {
  node: WorkerNode;
  line: Line;
}

const names = ['worker-1', 'worker-2', 'worker-3'] as const;
const agreement = { rule: { kind: 'any_participant' }, participants: names } as const;

/** One storm: workers are cut off and come back, restart, and hand over; then it is calm, and everything has to be told, once. */
async function storm(seed: number): Promise<readonly string[]> {
  const outside = new Outside();
  return new Sea({ seed }).run(async (ports) => {
    const { clock, entropy } = ports;
    const fleet = new Fleet(ports, [haul(outside), leg(outside)]);
    const over = new AbortController();
    try {
      const berths = new Map<string, Berth>();
      for (const name of names) berths.set(name, await fleet.worker(name, { agreement }));
      const at = (name: string): Berth => {
        const berth = berths.get(name);
        if (berth === undefined) throw new Error(name);
        return berth;
      };
      const some = (): string => names[entropy.below(names.length)] ?? 'worker-1';
      const submitted = new Set<string>();
      const submissions: Promise<void>[] = [];
      const submit = async (operationId: string, sessionId: string): Promise<void> => {
        for (let name = some(); !over.signal.aborted;) {
          const request = { operationId, sessionId, workflow: 'haul', input: operationId };
          const outcome = await at(name)
            .node.submit(request)
            .catch(() => undefined);
          if (outcome?.kind === 'accepted') break;
          const refusal = outcome?.refusal;
          name = refusal !== undefined && 'workerName' in refusal ? refusal.workerName : some();
          await clock.sleep(50 + entropy.below(200));
        }
        submitted.add(operationId);
      };
      for (let act = 0; act < 12; act += 1) {
        await clock.sleep(entropy.below(400));
        submissions.push(submit(`o${act}`, `s${act % 3}`));
        const name = some();
        const berth = at(name);
        switch (entropy.below(5)) {
          case 0:
            berth.line.isCut = true;
            break;
          case 1:
            berth.line.isDeaf = true;
            break;
          case 2:
            fleet.cutOff.add(name);
            break;
          case 3: {
            void berth.node.transfer(`s${entropy.below(3)}`, at(some()).node.ownerId, 400).catch(() => {});
            break;
          }
          default:
            berth.line.isCut = entropy.below(2) === 0;
            await berth.node.close();
            berths.set(name, await fleet.worker(name, { agreement }));
        }
        if (entropy.below(2) === 0) {
          const other = some();
          at(other).line.isCut = false;
          at(other).line.isDeaf = false;
          fleet.cutOff.delete(other);
        }
      }
      for (const { line } of berths.values()) {
        line.isCut = false;
        line.isDeaf = false;
      }
      fleet.cutOff.clear();
      await Promise.race([Promise.all(submissions), clock.sleep(120_000)]);
      const open = (): string[] =>
        [...fleet.authority.admitted.keys()].filter((id) => !fleet.authority.settled.has(id));
      for (let waited = 0; open().length > 0 && waited < 120; waited += 1) await clock.sleep(1000);
      await clock.sleep(20_000);
      const faults = [...open().map((id) => `${id} is open`), ...faultsOf(fleet)];
      if (submitted.size !== 12) faults.push(`only ${submitted.size} were submitted`);
      // A charge, a landing and a shipment each, and nothing else, whoever ran them.
      if (outside.done.size !== 36) faults.push(`${outside.done.size} effects`);
      for (const [operationId, { settlement }] of fleet.authority.settled) {
        if (settlement.outcome !== 'finalized') faults.push(`${operationId} is ${settlement.outcome}`);
        for (const { node } of berths.values()) {
          const status = (await node.status(operationId))?.status ?? 'completed';
          if (status !== 'completed') faults.push(`${operationId} is ${status} at ${node.ownerId}`);
        }
      }
      return faults;
    } finally {
      over.abort();
      await fleet.close();
    }
  });
}

/** Nobody acts for a session in a generation below one in which somebody has acted, nothing is out of protocol, and no duty fails. */
function faultsOf(fleet: Fleet): string[] {
  const highest = new Map<string, number>();
  return fleet.told.flatMap(({ worker, kind, fields }) => {
    if (kind === 'session.refused' || kind === 'worker.duty-failed')
      return [`${worker} ${JSON.stringify(fields)}`];
    if (kind !== 'worker.acts') return [];
    const session = String(fields['session']);
    const generation = Number(fields['generation']);
    const isStale = generation < (highest.get(session) ?? 0);
    highest.set(session, Math.max(generation, highest.get(session) ?? 0));
    return isStale ? [`${worker} acts for ${session} in generation ${generation}`] : [];
  });
}

/** Storm 14: a worker that nobody witnesses for could not be closed. */
test.each(Array.from({ length: 20 }, (_, index) => index + 1))(
  'what was submitted is done once and told everywhere, after storm %d',
  async (seed) => {
    expect(await storm(seed)).toEqual([]);
  },
);
