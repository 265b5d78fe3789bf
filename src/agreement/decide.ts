import type { Decision } from '../log/projection.js';
import type {
  AgreementCommand,
  CertifyCommand,
  CrossGateCommand,
  EscalateCommand,
  FinalizeCommand,
  ForgetCommand,
  RegisterCommand,
  SubmitEvidenceCommand,
  WalSyncCommand,
} from './command.js';
import { Draft } from './draft.js';
import type { AgreementEntry, ContractRegisteredEntry } from './entry.js';
import { type AgreementLevel, isAtLeast } from './level.js';
import { agreementStateOf, holdsEntry } from './operation.js';
import { inadmissibleClause, untrackedField } from './predicates.js';
import type { AgreementEvidence } from './records.js';
import {
  type AgreementRefusal,
  ContractConflict,
  FinalizationNotAdmissible,
  ForeignEvidence,
  ForeignState,
  InvalidInput,
  NotTerminal,
  RuleNotMet,
  UnknownOperation,
  UnusableEvidence,
} from './refusal.js';
import { isUnsigned, sameTerms, termsFault } from './registration.js';
import { isMet, ruleProgress } from './rule.js';
import type { AgreementRoomState, Operations } from './state.js';

type AgreementDecision = Decision<AgreementEntry, AgreementRefusal>;

/** Refuses, or says what is to be recorded. Everything is checked here, before anything is recorded. */
export function decide(state: AgreementRoomState, command: AgreementCommand): AgreementDecision {
  const { operations } = state;
  const { operationId, tick } = subjectOf(command);
  if (!isUnsigned(tick))
    return refused(new InvalidInput(operationId, `tick ${tick} is no unsigned whole number`));
  if (command.kind === 'register') return register(operations, command);
  if (command.kind === 'forget') return forget(operations, command);
  const operation = operations.get(operationId);
  if (operation?.registration === undefined) return refused(new UnknownOperation(operationId));
  const draft = new Draft(operation);
  const refusal = fill(draft, operation.registration, command);
  return refusal === undefined ? accepted(draft.entries) : refused(refusal);
}

function subjectOf(command: AgreementCommand): { readonly operationId: string; readonly tick: number } {
  if (command.kind === 'register') return { operationId: command.contract.operationId, tick: command.tick };
  return command.kind === 'wal_sync' ? command.request : command;
}

function register(operations: Operations, command: RegisterCommand): AgreementDecision {
  const { contract, participants, prestate, tick } = command;
  const { operationId } = contract;
  const entry: ContractRegisteredEntry = {
    kind: 'contract_registered',
    contract,
    participants,
    prestate,
    tick,
  };
  const fault = termsFault(entry);
  if (fault !== undefined) return refused(new InvalidInput(operationId, fault));
  const known = operations.get(operationId)?.registration;
  if (known !== undefined) {
    return sameTerms(known, entry) ? accepted([]) : refused(new ContractConflict(operationId));
  }
  const levels = { previousLevel: 'none', newLevel: 'provisional' } as const;
  return accepted([entry, { kind: 'escalation', operationId, ...levels, evidenceId: null, tick }]);
}

function forget(operations: Operations, command: ForgetCommand): AgreementDecision {
  const { operationId, tick } = command;
  const operation = operations.get(operationId);
  if (operation === undefined) return accepted([]);
  if (operation.finalization === undefined) return refused(new NotTerminal(operationId));
  return accepted([{ kind: 'operation_forgotten', operationId, tick }]);
}

function fill(
  draft: Draft,
  registration: ContractRegisteredEntry,
  command: Exclude<AgreementCommand, RegisterCommand | ForgetCommand>,
): AgreementRefusal | undefined {
  switch (command.kind) {
    case 'submit_evidence':
      return submitEvidence(draft, registration, command);
    case 'escalate':
      return escalate(draft, registration, command);
    case 'certify':
      return certify(draft, registration, command);
    case 'finalize':
      return finalize(draft, registration, command);
    case 'cross_gate':
      return crossGate(draft, command);
    case 'wal_sync':
      return walSync(draft, registration, command);
  }
}

function submitEvidence(
  draft: Draft,
  { contract }: ContractRegisteredEntry,
  { operationId, evidence, tick }: Omit<SubmitEvidenceCommand, 'kind'>,
): AgreementRefusal | undefined {
  if (evidence.operationId !== operationId) {
    return new ForeignEvidence(operationId, evidence.evidenceId, 'operation_id');
  }
  if (evidence.session !== contract.session) {
    return new ForeignEvidence(operationId, evidence.evidenceId, 'session');
  }
  return draft.record({ kind: 'evidence_produced', evidence, tick });
}

function escalate(
  draft: Draft,
  registration: ContractRegisteredEntry,
  command: Omit<EscalateCommand, 'kind'>,
): AgreementRefusal | undefined {
  const { operationId, newLevel, evidenceId } = command;
  const entry = { ...command, kind: 'escalation' } as const;
  if (holdsEntry(draft.operation, entry)) return undefined;
  if (newLevel === 'finalized' && draft.operation.level !== 'finalized') {
    return new FinalizationNotAdmissible(operationId, 'the level finalized comes only with its outcome');
  }
  return (
    draft.record(entry) ??
    ruleRefusal(draft, registration) ??
    (evidenceId === null ? undefined : evidenceRefusal(draft, evidenceId, newLevel))
  );
}

function certify(
  draft: Draft,
  registration: ContractRegisteredEntry,
  { operationId, evidence, tick }: CertifyCommand,
): AgreementRefusal | undefined {
  const levels = { previousLevel: 'provisional', newLevel: 'soft_safe' } as const;
  const { evidenceId } = evidence;
  return (
    submitEvidence(draft, registration, { operationId, evidence, tick }) ??
    escalate(draft, registration, { operationId, ...levels, evidenceId, tick })
  );
}

function ruleRefusal(draft: Draft, registration: ContractRegisteredEntry): RuleNotMet | undefined {
  const { contract, participants } = registration;
  const progress = ruleProgress(contract.rule, participants, draft.operation.evidence.values(), 'soft_safe');
  return isMet(progress) ? undefined : new RuleNotMet(contract.operationId, progress);
}

function evidenceRefusal(
  draft: Draft,
  evidenceId: string,
  level: AgreementLevel,
): UnusableEvidence | undefined {
  const { operationId, evidence } = draft.operation;
  const piece = evidence.get(evidenceId);
  if (piece === undefined) return new UnusableEvidence(operationId, evidenceId, 'it was never recorded');
  if (!piece.authoritative) return new UnusableEvidence(operationId, evidenceId, 'it is not authoritative');
  if (isAtLeast(piece.level, level)) return undefined;
  return new UnusableEvidence(operationId, evidenceId, `it supports ${piece.level}, not ${level}`);
}

function finalize(
  draft: Draft,
  registration: ContractRegisteredEntry,
  command: Omit<FinalizeCommand, 'kind'>,
): AgreementRefusal | undefined {
  const { operationId, outcome, evidenceId, materializationProofId, canonicalHandleId, tick } = command;
  const ids = { materializationProofId, canonicalHandleId };
  const entry = { kind: 'finalization', operationId, outcome, ...ids, tick } as const;
  if (outcome !== 'finalized' || draft.operation.finalization !== undefined) return draft.record(entry);
  const evidence = draft.operation.evidence.get(evidenceId ?? '');
  if (evidence === undefined || evidenceId === null) {
    return new UnusableEvidence(operationId, evidenceId, 'it was never recorded');
  }
  const previousLevel = draft.operation.level;
  return (
    (command.isAdopted === true ? undefined : ruleRefusal(draft, registration)) ??
    draft.record({
      kind: 'escalation',
      operationId,
      previousLevel,
      newLevel: 'finalized',
      evidenceId,
      tick,
    }) ??
    draft.record(entry) ??
    admissionRefusal(draft, registration, evidence)
  );
}

function admissionRefusal(
  draft: Draft,
  { contract, prestate }: ContractRegisteredEntry,
  evidence: AgreementEvidence,
): FinalizationNotAdmissible | undefined {
  const clause = inadmissibleClause(
    contract,
    prestate,
    evidence,
    agreementStateOf(contract, draft.operation),
  );
  return clause === undefined ? undefined : new FinalizationNotAdmissible(contract.operationId, clause);
}

function crossGate(draft: Draft, command: CrossGateCommand): AgreementRefusal | undefined {
  const { operationId, downstreamCoroutineId, gateLevel, tick } = command;
  return draft.record({
    kind: 'visibility_gate_crossing',
    operationId,
    downstreamCoroutineId,
    gateLevel,
    tick,
  });
}

function walSync(
  draft: Draft,
  registration: ContractRegisteredEntry,
  command: WalSyncCommand,
): AgreementRefusal | undefined {
  const { operationId, downstreamCoroutineId, gateLevel, agreementEvidence, tick } = command.request;
  for (const evidence of agreementEvidence) {
    const refusal = submitEvidence(draft, registration, { operationId, evidence, tick });
    if (refusal !== undefined) return refusal;
  }
  return (
    syncState(draft, registration, command) ??
    crossGate(draft, { kind: 'cross_gate', operationId, downstreamCoroutineId, gateLevel, tick })
  );
}

/** Brings the operation to the level and the outcome that the request states. */
function syncState(
  draft: Draft,
  registration: ContractRegisteredEntry,
  { request, materializationProofId, canonicalHandleId, isAdopted }: WalSyncCommand,
): AgreementRefusal | undefined {
  const { operationId, agreementState: wanted, tick } = request;
  if (wanted === null) return undefined;
  const untracked = untrackedField(registration.contract, wanted);
  if (untracked !== undefined) return new ForeignState(operationId, untracked);
  const unknown = wanted.evidenceIds.find((id) => !draft.operation.evidence.has(id));
  if (unknown !== undefined) return new UnusableEvidence(operationId, unknown, 'it was never recorded');
  const evidenceId = wanted.evidenceIds.at(-1) ?? null;
  const { level: previousLevel } = draft.operation;
  const closes = wanted.finalization === 'finalized';
  if (closes && wanted.level !== 'finalized') {
    return new FinalizationNotAdmissible(operationId, `the agreement state is finalized at ${wanted.level}`);
  }
  if (!closes && wanted.level !== previousLevel) {
    const levels = { previousLevel, newLevel: wanted.level };
    const refusal = escalate(draft, registration, { operationId, ...levels, evidenceId, tick });
    if (refusal !== undefined) return refusal;
  }
  if (wanted.finalization === null) return undefined;
  const adopted = isAdopted === undefined ? {} : { isAdopted };
  const ids = { evidenceId, materializationProofId, canonicalHandleId, ...adopted };
  return finalize(draft, registration, { operationId, outcome: wanted.finalization, ...ids, tick });
}

function accepted(entries: readonly AgreementEntry[]): AgreementDecision {
  return { kind: 'accepted', entries };
}

function refused(refusal: AgreementRefusal): AgreementDecision {
  return { kind: 'refused', refusal };
}
