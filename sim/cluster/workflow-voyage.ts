import { encodeCanonical } from '../../src/codec/cbor.js';
import type { SubmitRefusal } from '../../src/node/operation-recorder.js';
import type { Outcome } from '../../src/node/shell.js';
import type { SubmitRequest } from '../../src/node/workflow-node.js';
import { listWorkflowRooms, makeWorkflowRooms } from '../../src/node/workflow-rooms.js';
import type { Simulation } from '../kernel/simulation.js';
import { cacheIsFold } from '../oracles/cache-is-fold.js';
import type { CrashAim } from '../nemesis/crash-schedule.js';
import { converges } from '../oracles/converges.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
import { exactlyOnceEffect } from '../oracles/exactly-once-effect.js';
import { inDoubtIsAudited } from '../oracles/in-doubt-is-audited.js';
import { intentBeforeEffect } from '../oracles/intent-before-effect.js';
import { monotonicEscalation } from '../oracles/monotonic-escalation.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { oneKeyOneInput } from '../oracles/one-key-one-input.js';
import { oneTerminalEvent } from '../oracles/one-terminal-event.js';
import { recoverySoundness } from '../oracles/recovery-soundness.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { replayedValueStable } from '../oracles/replayed-value-stable.js';
import { terminalImmutable } from '../oracles/terminal-immutable.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { drawnWorkflow, drawnWorkflowName, drawPlan, inputOf } from './drawn-workflow.js';
import { Outside } from './outside.js';
import { bytesDigest } from './bytes-digest.js';
import { pause } from './pause.js';
import { shadowOfRooms } from './shadow.js';
import { ask, auditAfterStorm, sailSingleNode, type SingleNode } from './single-node.js';
import { tellWorkflow } from './tell-workflow.js';
import { limits, WorkflowService } from './workflow-service.js';

export type Sea = SingleNode<WorkflowService>;

/** The invariants that a workflow voyage judges. */
export const workflowInvariants = [
  'cache-is-fold',
  'converges',
  'durable-before-visible',
  'exactly-once-effect',
  'in-doubt-is-audited',
  'intent-before-effect',
  'monotonic-escalation',
  'no-silent-corruption',
  'one-key-one-input',
  'one-terminal-event',
  'recovered-prefix',
  'recovery-soundness',
  'replay-equivalence',
  'replayed-value-stable',
  'terminal-immutable',
] as const;

/** How a voyage of a workflow node differs from others. */
export interface WorkflowVoyage {
  readonly diskFaults: readonly DiskFaultKind[];
  readonly crashes: CrashAim;
  readonly clientsMax: number;
  readonly client: (sea: Sea, name: string) => Promise<void>;
}

/** One workflow node, an outside world that it acts upon, and clients. */
export function sailWorkflows(simulation: Simulation, voyage: WorkflowVoyage): void {
  const outsides: Outside[] = [];
  sailSingleNode<WorkflowService>(simulation, {
    makeShadow: () => shadowOfRooms(listWorkflowRooms(makeWorkflowRooms(limits))),
    open: (ports, options, life, bench) => {
      const outside = outsides[0] ?? new Outside(simulation, bench);
      outsides[0] = outside;
      return WorkflowService.open(ports, options, [drawnWorkflow(life, outside, bench)]);
    },
    oracles: [
      cacheIsFold(),
      converges(),
      durableBeforeVisible(),
      exactlyOnceEffect(),
      inDoubtIsAudited(),
      intentBeforeEffect(),
      monotonicEscalation(),
      noSilentCorruption(),
      oneKeyOneInput(),
      oneTerminalEvent(),
      recoveredPrefix(),
      recoverySoundness(),
      replayEquivalence(),
      replayedValueStable(),
      terminalImmutable(),
    ],
    tell: tellWorkflow(simulation),
    ...voyage,
  });
}

/** Submits, submits again, cancels and waits. */
export async function runClient(sea: Sea, name: string): Promise<void> {
  const { tape } = sea.simulation;
  const operations = tape.between('workload.operations', 1, 4);
  const waits: Promise<void>[] = [];
  for (let index = 0; index < operations; index += 1) {
    const operation = `${name}.op-${index}`;
    const request = {
      operationId: operation,
      workflow: drawnWorkflowName,
      input: inputOf(operation, drawPlan(tape)),
    };
    await pause(sea.simulation, tape.draw('workload.think', 150));
    await untilAccepted(sea, name, request);
    if (tape.chance('workload.duplicate', 1, 4)) await untilAccepted(sea, name, request);
    waits.push(waitForEnd(sea, name, operation));
    if (tape.chance('workload.cancel', 1, 6)) {
      await pause(sea.simulation, tape.draw('workload.cancel-after', 200));
      await untilAnswered(sea, name, `cancel-${operation}`, (service) =>
        service.node.cancel(operation, 'drawn'),
      );
    }
  }
  await Promise.all(waits);
  await auditAfterStorm(sea, name);
}

/** Submits until there is room for the operation. */
async function untilAccepted(sea: Sea, client: string, request: SubmitRequest): Promise<void> {
  while ((await submit(sea, client, request))?.kind === 'refused') {
    await pause(sea.simulation, 20 + sea.simulation.tape.draw('workload.retry', 60));
  }
}

/** Submits until there is an answer; undefined when the node has refused its disk for good. */
export function submit(
  sea: Sea,
  client: string,
  request: SubmitRequest,
): Promise<Outcome<SubmitRefusal> | undefined> {
  const { operationId: operation } = request;
  return untilAnswered(
    sea,
    client,
    `submit-${operation}-${sea.simulation.nowMs}`,
    (service) => service.node.submit(request),
    (outcome) => {
      const answer = outcome.kind === 'accepted' ? outcome.kind : outcome.refusal.code;
      const input = bytesDigest(encodeCanonical(request.input));
      sea.bench.observe({ kind: 'client.submitted', node: client, operation, input, answer });
    },
  );
}

/** Asks again and again, since whoever does not know what came of it may ask again. Gives up with the node. */
async function untilAnswered<Answer>(
  sea: Sea,
  client: string,
  request: string,
  action: (service: WorkflowService) => Promise<Answer>,
  shown: (answer: Answer) => void = () => {},
): Promise<Answer | undefined> {
  for (let attempt = 0; !sea.server.givenUp; attempt += 1) {
    const answered = await ask(
      sea,
      client,
      `${request}-${attempt}`,
      async (service) => ({ answer: await action(service) }),
      ({ answer }) => shown(answer),
    );
    if (answered !== undefined) return answered.answer;
    await pause(sea.simulation, 10 + sea.simulation.tape.draw('workload.retry', 60));
  }
  return undefined;
}

export async function waitForEnd(sea: Sea, client: string, operation: string): Promise<void> {
  await untilAnswered(
    sea,
    client,
    `wait-${operation}`,
    (service) => service.node.wait(operation),
    ({ watch }) => {
      const outcome = 'outcome' in watch ? watch.outcome.kind : watch.kind;
      sea.bench.observe({ kind: 'client.ended', node: client, operation, outcome });
    },
  );
}
