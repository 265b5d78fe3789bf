import type { AgreementCommand } from '../../../src/agreement/command.js';
import type { AgreementEvidence, AgreementRule, AgreementState } from '../../../src/agreement/records.js';

/**
 * The agreement room once more, as small and as differently as it can be told: plain ranks, text comparisons, no entries. Knows
 * what is accepted and what an operation then looks like; knows nothing of how it is recorded.
 */
interface Modelled {
  readonly terms: string;
  readonly command: Extract<AgreementCommand, { kind: 'register' }>;
  rank: number;
  outcome: string;
  ending: string;
  steps: string[];
  evidence: Record<string, AgreementEvidence>;
}

const ranks: Readonly<Record<string, number>> = { none: 0, provisional: 1, soft_safe: 2, finalized: 3 };
const rankOf = (level: string) => ranks[level] ?? -1;

export class AgreementModel {
  #operations: Record<string, Modelled> = {};

  /** Whether the command is accepted; if so, its effects are in. */
  accepts(command: AgreementCommand): boolean {
    const before = structuredClone(this.#operations);
    const isAccepted = this.#do(command);
    if (!isAccepted) this.#operations = before;
    return isAccepted;
  }

  /** What is known of all operations, in a form to compare. */
  view(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#operations).map(([id, { rank, outcome, evidence }]) => [
        id,
        `${rank} ${outcome} ${Object.keys(evidence).join()}`,
      ]),
    );
  }

  #do(command: AgreementCommand): boolean {
    if (command.kind === 'register') return this.#register(command);
    const operationId = command.kind === 'wal_sync' ? command.request.operationId : command.operationId;
    const operation = this.#operations[operationId];
    if (command.kind === 'forget') {
      if (operation === undefined) return true;
      delete this.#operations[operationId];
      return operation.outcome !== '';
    }
    if (operation === undefined) return false;
    switch (command.kind) {
      case 'submit_evidence':
        return submit(operation, operationId, command.evidence);
      case 'escalate':
        return escalate(operation, command);
      case 'certify': {
        const { evidenceId } = command.evidence;
        if (!submit(operation, operationId, command.evidence)) return false;
        return escalate(operation, { previousLevel: 'provisional', newLevel: 'soft_safe', evidenceId });
      }
      case 'finalize':
        return finalize(operation, command);
      case 'cross_gate':
        return isOpen(operation, command.gateLevel);
      case 'wal_sync': {
        const { request } = command;
        if (!request.agreementEvidence.every((piece) => submit(operation, operationId, piece))) return false;
        const wanted = request.agreementState;
        if (wanted !== null && !follow(operation, operationId, wanted, command)) return false;
        return isOpen(operation, request.gateLevel);
      }
    }
  }

  #register(command: Extract<AgreementCommand, { kind: 'register' }>): boolean {
    const { rule, operationId } = command.contract;
    if (rule.kind === 'threshold' && rule.requiredParticipants > command.participants.length) return false;
    const terms = JSON.stringify([command.contract, command.participants, command.prestate]);
    const known = this.#operations[operationId];
    if (known !== undefined) return known.terms === terms;
    const steps = ['none>provisional:null'];
    this.#operations[operationId] = { terms, command, rank: 1, outcome: '', ending: '', steps, evidence: {} };
    return true;
  }
}

function submit(operation: Modelled, operationId: string, piece: AgreementEvidence): boolean {
  if (piece.operationId !== operationId || piece.session !== null) return false;
  const known = operation.evidence[piece.evidenceId];
  if (known !== undefined) return JSON.stringify(known) === JSON.stringify(piece);
  operation.evidence[piece.evidenceId] = piece;
  return operation.outcome === '';
}

function agreed(operation: Modelled): boolean {
  const { rule } = operation.command.contract;
  const speaks = (name: string) =>
    Object.values(operation.evidence).some(
      (piece) =>
        piece.kind === 'witness' && piece.ownerId === name && piece.authoritative && rankOf(piece.level) >= 2,
    );
  return operation.command.participants.filter(speaks).length >= needed(rule);
}

function needed(rule: AgreementRule): number {
  const counts = { no_agreement: 0, any_participant: 1, unanimous: 2, threshold: 2, named: 2 };
  return counts[rule.kind];
}

function escalate(
  operation: Modelled,
  step: { readonly previousLevel: string; readonly newLevel: string; readonly evidenceId: string | null },
): boolean {
  const key = `${step.previousLevel}>${step.newLevel}:${step.evidenceId}`;
  if (operation.steps.includes(key)) return true;
  const leaning = step.evidenceId === null ? undefined : operation.evidence[step.evidenceId];
  const stands = step.evidenceId === null || (leaning?.authoritative === true && rankOf(leaning.level) >= 2);
  const isStep =
    operation.rank === 1 && step.previousLevel === 'provisional' && step.newLevel === 'soft_safe';
  if (!isStep || operation.outcome !== '' || !agreed(operation) || !stands) return false;
  operation.rank = 2;
  operation.steps.push(key);
  return true;
}

function finalize(
  operation: Modelled,
  command: Omit<Extract<AgreementCommand, { kind: 'finalize' }>, 'kind'>,
): boolean {
  const ending = JSON.stringify([command.outcome, command.materializationProofId, command.canonicalHandleId]);
  if (operation.outcome !== '') return operation.ending === ending;
  operation.outcome = command.outcome;
  operation.ending = ending;
  if (command.outcome !== 'finalized') return true;
  const level = ['none', 'provisional', 'soft_safe'][operation.rank];
  operation.steps.push(`${level}>finalized:${command.evidenceId}`);
  operation.rank = 3;
  const fact = operation.evidence[command.evidenceId ?? ''];
  return (
    agreed(operation) &&
    fact?.kind === 'commit_fact' &&
    fact.ownerId === 'authority' &&
    fact.authoritative &&
    fact.level === 'finalized'
  );
}

function isOpen(operation: Modelled, gateLevel: string): boolean {
  const { usableAt, visibility } = operation.command.contract;
  const least = { immediate: 0, pending: 1, blocked_until_finalized: 3 }[visibility];
  const isKept = operation.outcome === '' || operation.outcome === 'finalized';
  return isKept && operation.rank >= Math.max(rankOf(gateLevel), rankOf(usableAt), least);
}

function follow(
  operation: Modelled,
  operationId: string,
  wanted: AgreementState,
  command: Extract<AgreementCommand, { kind: 'wal_sync' }>,
): boolean {
  const isKnown = wanted.evidenceIds.every((id) => operation.evidence[id] !== undefined);
  if (wanted.operationId !== operationId || !isKnown) return false;
  const evidenceId = wanted.evidenceIds.at(-1) ?? null;
  if (wanted.finalization === 'finalized') {
    if (wanted.level !== 'finalized') return false;
  } else if (rankOf(wanted.level) !== operation.rank) {
    const previousLevel = ['none', 'provisional', 'soft_safe', 'finalized'][operation.rank] ?? '';
    if (!escalate(operation, { previousLevel, newLevel: wanted.level, evidenceId })) return false;
  }
  if (wanted.finalization === null) return true;
  const { materializationProofId, canonicalHandleId, request } = command;
  const ids = { evidenceId, materializationProofId, canonicalHandleId };
  return finalize(operation, { operationId, outcome: wanted.finalization, ...ids, tick: request.tick });
}
