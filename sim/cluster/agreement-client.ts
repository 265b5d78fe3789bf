import type { AgreementCommand } from '../../src/agreement/command.js';
import type { AgreementRefusal } from '../../src/agreement/refusal.js';
import type { Visible } from '../../src/agreement/visibility.js';
import type { AgreementService } from './agreement-service.js';
import { drawContract, drawStep, participants } from './drawn-agreement.js';
import { pause } from './pause.js';
import { ask, auditAfterStorm, type SingleNode } from './single-node.js';

type Sea = SingleNode<AgreementService>;

const attemptsMax = 6;

/** Takes a few operations through their lives, in good order or not. */
export async function runAgreementClient(sea: Sea, name: string): Promise<void> {
  const { simulation } = sea;
  const { tape } = simulation;
  const operations = tape.between('workload.operations', 1, 4);
  for (let index = 0; index < operations; index += 1) {
    await runOperation(sea, name, `${name}/op-${index}`);
  }
  await auditAfterStorm(sea, name);
}

/** Takes one operation through its life: registration, a drawn sequence of steps, and what is finally to be seen of it. */
async function runOperation(sea: Sea, client: string, operation: string): Promise<void> {
  const { simulation } = sea;
  const { tape } = simulation;
  const contract = drawContract(tape, operation);
  const prestate = {
    bindingId: `prestate:${operation}`,
    operationId: operation,
    session: contract.session,
    stateDigest: 'state',
    epochRef: null,
    participantDigest: null,
  };
  await submit(sea, client, { kind: 'register', contract, participants, prestate, tick: simulation.nowMs });
  const steps = tape.between('workload.steps', 4, 14);
  for (let step = 0; step < steps; step += 1) {
    await pause(simulation, tape.draw('workload.think', 60));
    // A rival command now and then, which is decided while the other is not yet durable.
    if (tape.chance('workload.rival', 1, 4)) void submit(sea, client, drawStep(simulation, contract, step));
    await submit(sea, client, drawStep(simulation, contract, step));
    if (tape.chance('workload.look', 1, 4)) await look(sea, client, operation);
  }
  const seen = await look(sea, client, operation);
  if (seen?.kind === 'registered' && seen.outcome !== null && tape.chance('workload.forget', 1, 2)) {
    await submit(sea, client, { kind: 'forget', operationId: operation, tick: simulation.nowMs });
  }
}

/** Gives a command until it is answered, some times at least: whoever does not know what came of it asks again. */
async function submit(sea: Sea, client: string, command: AgreementCommand): Promise<void> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const request = `${command.kind}-${sea.simulation.nowMs}-${attempt}`;
    const outcome = await ask(
      sea,
      client,
      request,
      (service) => service.node.submit(command),
      (told) => {
        if (told.kind === 'accepted') passGate(sea, client, command);
        else tellDecided(sea, client, told.refusal);
      },
    );
    if (outcome !== undefined) return;
    await pause(sea.simulation, 10 + sea.simulation.tape.draw('workload.retry', 90));
  }
}

function passGate({ bench }: Sea, node: string, command: AgreementCommand): void {
  if (command.kind !== 'cross_gate' && command.kind !== 'wal_sync') return;
  const gate = command.kind === 'cross_gate' ? command : command.request;
  const { operationId: operation, downstreamCoroutineId: downstream, gateLevel: level } = gate;
  bench.observe({ kind: 'client.passed', node, operation, downstream, level });
}

/** A refusal may tell how the operation was decided. */
function tellDecided({ bench }: Sea, node: string, refusal: AgreementRefusal): void {
  if (!('decided' in refusal) || refusal.decided === undefined) return;
  const { operationId: operation, outcome } = refusal.decided;
  bench.observe({ kind: 'client.told', node, operation, level: 'none', outcome });
}

function look(sea: Sea, client: string, operation: string): Promise<Visible | undefined> {
  return ask(
    sea,
    client,
    `look-${sea.simulation.nowMs}`,
    (service) => service.node.visible(operation),
    (visible) => {
      if (visible.kind === 'unknown') return;
      const { level, outcome } = visible;
      sea.bench.observe({ kind: 'client.told', node: client, operation, level, outcome: outcome ?? '' });
    },
  );
}
