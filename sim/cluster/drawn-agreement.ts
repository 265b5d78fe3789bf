import type { AgreementCommand } from '../../src/agreement/command.js';
import type { AgreementLevel } from '../../src/agreement/level.js';
import type { AgreementContract, AgreementEvidence, AgreementRule } from '../../src/agreement/records.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Tape } from '../kernel/tape.js';

/** Who may stand for a result. */
export const participants = ['alpha', 'beta', 'gamma'] as const;

/** What an operation has to come to. */
export function drawContract(tape: Tape, operation: string): AgreementContract {
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
export function drawStep(
  simulation: Simulation,
  contract: AgreementContract,
  step: number,
): AgreementCommand {
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
