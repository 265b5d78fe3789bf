import type {
  CertifyCommand,
  FinalizeCommand,
  RegisterCommand,
  WalSyncCommand,
} from '../agreement/command.js';
import type { AgreementContract, AgreementEvidence } from '../agreement/records.js';
import type { FinalizationOutcome } from '../agreement/level.js';
import type { AgreementTerms } from './superior.js';

/**
 * What is agreed about an operation that a node runs: whose word its certificate needs, and whose fact commits it. Where a node works for
 * itself nobody else has a say. Design 3, points 3 and 6 to 8.
 */
function contractOf(
  operationId: string,
  workflow: string,
  { ownerId, rule }: AgreementTerms,
): AgreementContract {
  return {
    contractName: `workflow:${workflow}`,
    operationId,
    session: null,
    ownerId,
    profileName: null,
    visibility: 'blocked_until_finalized',
    rule,
    usableAt: 'finalized',
    finalizedAt: 'finalized',
    requiredEvidenceKind: 'commit_fact',
  };
}

export function registration(
  operationId: string,
  workflow: string,
  inputDigest: string,
  terms: AgreementTerms,
  tick: number,
): RegisterCommand {
  return {
    kind: 'register',
    contract: contractOf(operationId, workflow, terms),
    participants: terms.participants,
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
export function certification(
  operationId: string,
  evidenceId: string,
  ownerId: string,
  tick: number,
): CertifyCommand {
  const evidence = evidenceOf(operationId, evidenceId, ownerId, 'certificate');
  return { kind: 'certify', operationId, evidence, tick };
}

/** The result stands, and may be seen. @param isAdopted - It was certified elsewhere, if it had to be. */
export function commitment(
  operationId: string,
  workflow: string,
  terms: AgreementTerms,
  isAdopted: boolean,
  tick: number,
): WalSyncCommand {
  const { contractName, ownerId } = contractOf(operationId, workflow, terms);
  const fact = evidenceOf(operationId, `commit:${operationId}`, ownerId, 'commit_fact');
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
    ...(isAdopted ? { isAdopted } : {}),
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
  ownerId: string | null,
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
