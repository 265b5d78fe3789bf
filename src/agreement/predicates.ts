import { isAtLeast, isDiscarded, permitsUse } from './level.js';
import type { AgreementContract, AgreementEvidence, AgreementState, PrestateBinding } from './records.js';

/** The predicates of reference 1.3, each pure and total. */

/** The state is one of this contract. */
export function tracks(contract: AgreementContract, state: AgreementState): boolean {
  return untrackedField(contract, state) === undefined;
}

/** The first field in which the state is not one of this contract. */
export function untrackedField(contract: AgreementContract, state: AgreementState): string | undefined {
  if (state.operationId !== contract.operationId) return 'operation_id';
  if (state.session !== contract.session) return 'session';
  if (state.ownerId !== contract.ownerId) return 'owner_id';
  if (state.contractName !== contract.contractName) return 'contract_name';
  return undefined;
}

/** The evidence is authoritative, and what the contract asks for to be closed. */
export function satisfies(evidence: AgreementEvidence, contract: AgreementContract): boolean {
  return (
    evidence.operationId === contract.operationId &&
    evidence.session === contract.session &&
    evidence.ownerId === contract.ownerId &&
    evidence.kind === contract.requiredEvidenceKind &&
    evidence.authoritative
  );
}

/** The result may be used as things stand. */
export function provisionalUsable(contract: AgreementContract, state: AgreementState): boolean {
  return (
    tracks(contract, state) &&
    isAtLeast(state.level, contract.usableAt) &&
    permitsUse(contract.visibility, state.level) &&
    !isDiscarded(state.finalization)
  );
}

/** The state is finalized, and rightly so. */
export function finalizationAdmissible(
  contract: AgreementContract,
  binding: PrestateBinding,
  evidence: AgreementEvidence,
  state: AgreementState,
): boolean {
  return inadmissibleClause(contract, binding, evidence, state) === undefined;
}

/** The first clause of {@link finalizationAdmissible} that does not hold, in words. */
export function inadmissibleClause(
  contract: AgreementContract,
  binding: PrestateBinding,
  evidence: AgreementEvidence,
  state: AgreementState,
): string | undefined {
  const untracked = untrackedField(contract, state);
  if (untracked !== undefined) return `the state has another ${untracked} than the contract`;
  if (binding.operationId !== contract.operationId || binding.session !== contract.session) {
    return 'the prestate is bound to another operation or session';
  }
  if (!satisfies(evidence, contract)) {
    return `needs authoritative ${contract.requiredEvidenceKind} evidence of the contract's owner`;
  }
  if (!isAtLeast(evidence.level, contract.finalizedAt)) {
    return `the evidence supports ${evidence.level}, not ${contract.finalizedAt}`;
  }
  if (state.level !== contract.finalizedAt) return `the level is ${state.level}, not ${contract.finalizedAt}`;
  if (state.finalization !== 'finalized') return 'the outcome is not finalized';
  return undefined;
}

/** The state is one of this contract and was aborted. */
export function isAborted(contract: AgreementContract, state: AgreementState): boolean {
  return tracks(contract, state) && state.finalization === 'aborted';
}

/** A terminal outcome was decided. */
export function isTerminal(state: AgreementState): boolean {
  return state.finalization !== null;
}
