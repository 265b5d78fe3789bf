import type { AgreementCommand } from '../../src/agreement/command.js';
import type { AgreementLevel } from '../../src/agreement/level.js';
import { agreementProjection } from '../../src/agreement/projection.js';
import type { AgreementContract, AgreementEvidence, AgreementRule } from '../../src/agreement/records.js';
import type { AgreementRefusal } from '../../src/agreement/refusal.js';
import type { Visible } from '../../src/agreement/visibility.js';
import { decode } from '../../src/codec/cbor.js';
import { readArray } from '../../src/codec/shape.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Tape } from '../kernel/tape.js';
import type { CrashAim } from '../nemesis/crash-schedule.js';
import { converges } from '../oracles/converges.js';
import { durableBeforeVisible } from '../oracles/durable-before-visible.js';
import type { Fact } from '../oracles/facts.js';
import { monotonicEscalation } from '../oracles/monotonic-escalation.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { terminalImmutable } from '../oracles/terminal-immutable.js';
import type { DiskFaultKind } from '../world/disk/disk-faults.js';
import { AgreementService } from './agreement-service.js';
import { pause } from './pause.js';
import { shadowOf } from './shadow.js';
import { tellAgreement } from './tell-agreement.js';
import { ask, auditAfterStorm, sailSingleNode, type SingleNode } from './single-node.js';

type Sea = SingleNode<AgreementService>;

const participants = ['alpha', 'beta', 'gamma'] as const;
const attemptsMax = 6;

/** The invariants that an agreement voyage judges. */
export const agreementInvariants = [
  'converges',
  'durable-before-visible',
  'monotonic-escalation',
  'no-silent-corruption',
  'recovered-prefix',
  'replay-equivalence',
  'terminal-immutable',
] as const;

/**
 * One agreement node, and clients that take operations through their lives, in good order or not: evidence twice or of the wrong owner,
 * levels out of order, outcomes that contradict each other, gates too early.
 */
export function sailAgreement(
  simulation: Simulation,
  options: { readonly diskFaults: readonly DiskFaultKind[]; readonly crashes: CrashAim | 'nowhere' },
): void {
  sailSingleNode(simulation, {
    makeShadow: () => shadowOf(agreementProjection),
    open: (ports, shellOptions) => AgreementService.open(ports, shellOptions),
    oracles: [
      converges(),
      durableBeforeVisible(),
      monotonicEscalation(),
      noSilentCorruption(),
      recoveredPrefix(),
      replayEquivalence(),
      terminalImmutable(),
    ],
    tell: tellEntry,
    ...options,
    client: runClient,
    clientsMax: 3,
  });
}

/** What a record of the log says, for the oracles. */
function tellEntry(bytes: Uint8Array, lsn: number): readonly Fact[] {
  const [, value] = readArray(decode(bytes), 'record');
  return tellAgreement(value ?? null, 'node', lsn);
}

async function runClient(sea: Sea, name: string): Promise<void> {
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

function drawContract(tape: Tape, operation: string): AgreementContract {
  return {
    contractName: `agreement:${operation}`,
    operationId: operation,
    session: 1,
    ownerId: 'owner',
    profileName: null,
    visibility: tape.pick('workload.visibility', ['immediate', 'pending', 'blocked_until_finalized']),
    rule: tape.pick<AgreementRule>('workload.rule', [
      { kind: 'no_agreement' },
      { kind: 'any_participant' },
      { kind: 'unanimous' },
      { kind: 'threshold', requiredParticipants: 2 },
      { kind: 'named', ruleName: 'everybody' },
    ]),
    usableAt: tape.pick('workload.usable-at', ['none', 'provisional', 'soft_safe', 'finalized']),
    finalizedAt: 'finalized',
    requiredEvidenceKind: 'publication',
  };
}

/** The next step: mostly the one that leads on, sometimes any other. */
function drawStep(simulation: Simulation, contract: AgreementContract, step: number): AgreementCommand {
  const { tape, nowMs: tick } = simulation;
  const { operationId } = contract;
  const leading = Math.min(step, 5);
  switch (tape.chance('workload.astray', 1, 3) ? tape.draw('workload.step', 8) : leading) {
    case 0:
    case 1:
    case 2: {
      const evidence = drawWitness(tape, contract, step % participants.length);
      return { kind: 'submit_evidence', operationId, evidence, tick };
    }
    case 3: {
      const levels = { previousLevel: 'provisional', newLevel: 'soft_safe' } as const;
      return {
        kind: 'escalate',
        operationId,
        ...levels,
        evidenceId: tape.pick('workload.certificate', [null, publicationOf(contract).evidenceId]),
        tick,
      };
    }
    case 4:
      return drawSync(simulation, contract);
    case 5:
      return {
        kind: 'finalize',
        operationId,
        outcome: tape.pick('workload.outcome', ['finalized', 'aborted', 'rejected', 'timed_out']),
        evidenceId: publicationOf(contract).evidenceId,
        materializationProofId: tape.pick('workload.proof', [null, 'proof-1']),
        canonicalHandleId: null,
        tick,
      };
    case 6:
      return {
        kind: 'cross_gate',
        operationId,
        downstreamCoroutineId: `coro:${tape.draw('workload.downstream', 2)}`,
        gateLevel: tape.pick('workload.gate', ['finalized', 'soft_safe', 'provisional']),
        tick,
      };
    default: {
      const levels = { previousLevel: 'soft_safe', newLevel: 'provisional' } as const;
      return { kind: 'escalate', operationId, ...levels, evidenceId: null, tick };
    }
  }
}

/** Evidence that closes the operation, and a gate behind it, in one command. */
function drawSync({ tape, nowMs: tick }: Simulation, contract: AgreementContract): AgreementCommand {
  return {
    kind: 'wal_sync',
    request: {
      operationId: contract.operationId,
      downstreamCoroutineId: 'coro:sync',
      gateLevel: tape.pick('workload.sync-gate', ['provisional', 'soft_safe', 'finalized']),
      agreementState: null,
      agreementEvidence: [publicationOf(contract)],
      tick,
    },
    materializationProofId: null,
    canonicalHandleId: null,
  };
}

function drawWitness(tape: Tape, contract: AgreementContract, turn: number): AgreementEvidence {
  const ownerId = tape.chance('workload.stranger', 1, 8) ? 'stranger' : (participants[turn] ?? 'alpha');
  const level = tape.pick<AgreementLevel>('workload.witness-level', [
    'soft_safe',
    'provisional',
    'finalized',
  ]);
  return {
    evidenceId: `witness:${contract.operationId}:${ownerId}`,
    operationId: contract.operationId,
    session: contract.session,
    ownerId,
    level,
    kind: 'witness',
    reference: `signed by ${ownerId}`,
    authoritative: !tape.chance('workload.hearsay', 1, 8),
  };
}

function publicationOf(contract: AgreementContract): AgreementEvidence {
  return {
    evidenceId: `publication:${contract.operationId}`,
    operationId: contract.operationId,
    session: contract.session,
    ownerId: contract.ownerId,
    level: 'finalized',
    kind: 'publication',
    reference: 'published',
    authoritative: true,
  };
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
