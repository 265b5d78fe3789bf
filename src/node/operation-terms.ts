import type {
  CertifyCommand,
  FinalizeCommand,
  RegisterCommand,
  WalSyncCommand,
} from '../agreement/command.js';
import type { AgreementContract, AgreementEvidence } from '../agreement/records.js';
import type { FinalizationOutcome } from '../agreement/level.js';

/**
 * What is agreed about an operation that one node runs for itself. Nobody else has a say: the certificate that closes the run of its
 * workflow comes from the node, and so does the fact that commits it. Design 3, points 3 and 6 to 8.
 */
const ownerId = 'node';

function contractOf(operationId: string, workflow: string): AgreementContract {
  return {
    contractName: `workflow:${workflow}`,
    operationId,
    session: null,
    ownerId,
    profileName: null,
    visibility: 'blocked_until_finalized',
    rule: { kind: 'no_agreement' },
    usableAt: 'finalized',
    finalizedAt: 'finalized',
    requiredEvidenceKind: 'commit_fact',
  };
}

export function registration(
  operationId: string,
  workflow: string,
  inputDigest: string,
  tick: number,
): RegisterCommand {
  return {
    kind: 'register',
    contract: contractOf(operationId, workflow),
    participants: [],
    prestate: {
      bindingId: `input:${operationId}`,
      operationId,
      session: null,
      stateDigest: inputDigest,
      epochRef: null,
      participantDigest: null,
    },
    tick,
  };
}

/** The workflow has come to its result, which is held as the evidence of that id: from there, and not from the start, it goes on. */
export function certification(operationId: string, evidenceId: string, tick: number): CertifyCommand {
  const evidence = evidenceOf(operationId, evidenceId, 'certificate');
  return { kind: 'certify', operationId, evidence, tick };
}

/** The result stands, and may be seen. */
export function commitment(operationId: string, workflow: string, tick: number): WalSyncCommand {
  const fact = evidenceOf(operationId, `commit:${operationId}`, 'commit_fact');
  const { contractName } = contractOf(operationId, workflow);
  return {
    kind: 'wal_sync',
    request: {
      operationId,
      downstreamCoroutineId: 'client',
      gateLevel: 'finalized',
      agreementState: {
        operationId,
        session: null,
        ownerId,
        contractName,
        level: 'finalized',
        finalization: 'finalized',
        evidenceIds: [fact.evidenceId],
        lastUpdatedTick: null,
        reason: null,
      },
      agreementEvidence: [fact],
      tick,
    },
    materializationProofId: null,
    canonicalHandleId: null,
  };
}

/** There is no result, and never will be. */
export function discarding(
  operationId: string,
  outcome: Exclude<FinalizationOutcome, 'finalized'>,
  tick: number,
): FinalizeCommand {
  const ids = { evidenceId: null, materializationProofId: null, canonicalHandleId: null };
  return { kind: 'finalize', operationId, outcome, ...ids, tick };
}

function evidenceOf(
  operationId: string,
  evidenceId: string,
  kind: 'certificate' | 'commit_fact',
): AgreementEvidence {
  return {
    evidenceId,
    operationId,
    session: null,
    ownerId,
    level: kind === 'certificate' ? 'soft_safe' : 'finalized',
    kind,
    reference: `${kind}:${operationId}`,
    authoritative: true,
  };
}
