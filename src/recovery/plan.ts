import { higherLevel, isAtLeast } from '../agreement/level.js';
import { crossedGateLevel, type Operation, outcomeOf, supportedLevel } from '../agreement/operation.js';
import type { DurableRecoveryMetadata } from '../agreement/recovery-metadata.js';
import type { Operations } from '../agreement/state.js';
import { type PlacedEntry, validateEntries } from '../agreement/wal.js';
import type { DurableRecoveryDecision, RecoveryAction } from './decision.js';
import { assertSound } from './soundness.js';
import { emptySpan, extendSpan, placeBehind, type TailSpan } from './tail-span.js';

/** What is known before the log's tail is read: the operations as of one place in the log. */
export interface Checkpoint {
  /** All entries up to here are in `operations`; 0 for the beginning of the log. */
  readonly lsn: number;
  /** The tick at which it was taken. Only told, never compared. */
  readonly tick: number;
  readonly operations: Operations;
}

/** What every operation does after a crash. Reference 2.5. */
export interface DurableRecoveryPlan {
  readonly checkpointLsn: number;
  /** The LSN of the last entry that was taken into account. */
  readonly recoveredLsn: number;
  readonly metadata: DurableRecoveryMetadata;
  /** One for each operation known, from the checkpoint or from the tail, in the order of their ids. */
  readonly decisions: readonly DurableRecoveryDecision[];
}

/**
 * Decides for every operation that the checkpoint and the log's tail know of, and makes sure that each decision is sound.
 *
 * @param tail - All entries behind the checkpoint, in order.
 * @param cachedEvidenceIds - Evidence whose outcome can be used again: neither blocked nor failed. What can is for the room
 * of the evidence cache to say.
 * @throws {@link MisplacedTail} when the tail is not what follows the checkpoint.
 * @throws AgreementViolation or AgreementLogCorrupt when the tail breaks the rules of the log.
 * @throws UnsoundRecovery when a decision would be unsound: the log cannot be what this engine wrote.
 */
export function planRecovery(
  checkpoint: Checkpoint,
  tail: readonly PlacedEntry[],
  cachedEvidenceIds: ReadonlySet<string>,
): DurableRecoveryPlan {
  const span = tail.reduce(extendSpan, emptySpan(checkpoint.lsn));
  const operations = validateEntries(
    tail.map((placed) => placed.entry),
    checkpoint.operations,
  );
  return planFrom(checkpoint, span, operations, cachedEvidenceIds);
}

/**
 * As {@link planRecovery}, of a tail that was folded while it was read: it is as long as it likes, and never in memory as a whole.
 *
 * @param operations - All of them, as of the end of the tail. They are left as they are.
 * @throws {@link MisplacedTail}, UnsoundRecovery
 */
export function planFrom(
  checkpoint: Checkpoint,
  tail: TailSpan,
  operations: Operations,
  cachedEvidenceIds: ReadonlySet<string>,
): DurableRecoveryPlan {
  const span = placeBehind(tail, checkpoint.lsn);
  const decisions = [...operations.values()]
    .sort((one, other) => (one.operationId < other.operationId ? -1 : 1))
    .map((operation) => decideRecovery(operation, checkpoint.operations, cachedEvidenceIds));
  const metadata = summarize(checkpoint, span, decisions);
  const plan = { checkpointLsn: checkpoint.lsn, recoveredLsn: span.lastLsn, metadata, decisions };
  assertSound(plan);
  return plan;
}

function decideRecovery(
  operation: Operation,
  checkpoint: Operations,
  cachedEvidenceIds: ReadonlySet<string>,
): DurableRecoveryDecision {
  const { operationId } = operation;
  const known = checkpoint.get(operationId);
  // An id that was forgotten and registered again since stands for another operation.
  const isSame = known !== undefined && known.history[0] === operation.history[0];
  const level = recoveredLevel(operation);
  const cached = usableEvidenceIds(operation).filter((id) => cachedEvidenceIds.has(id));
  const gateLevel = crossedGateLevel(operation);
  return {
    operationId,
    level,
    finalization: outcomeOf(operation),
    action: actionOf(operation, isAtLeast(level, 'soft_safe') && cached.length > 0),
    cachedEvidenceIds: cached,
    gateCrossed: gateLevel !== null,
    checkpointLevel: isSame ? recoveredLevel(known) : 'none',
    gateLevel,
  };
}

/** What was escalated to, or what authoritative evidence speaks for if the crash came between the two. */
function recoveredLevel(operation: Operation): Operation['level'] {
  return higherLevel(operation.level, supportedLevel(operation));
}

function actionOf(operation: Operation, resumable: boolean): RecoveryAction {
  const outcome = outcomeOf(operation);
  if (outcome === 'finalized') return 'reuse_finalized';
  if (outcome !== null) return 'preserve_terminal';
  return resumable ? 'resume_from_evidence_boundary' : 'reexecute_from_scratch';
}

/** Evidence that stands for the operation: the authoritative pieces, and what its escalations lean on. */
function usableEvidenceIds(operation: Operation): string[] {
  const ids = new Set<string>();
  for (const entry of operation.history) {
    if (entry.kind === 'evidence_produced' && entry.evidence.authoritative)
      ids.add(entry.evidence.evidenceId);
    if (entry.kind === 'escalation' && entry.evidenceId !== null) ids.add(entry.evidenceId);
  }
  return [...ids];
}

function summarize(
  checkpoint: Checkpoint,
  tail: TailSpan,
  decisions: readonly DurableRecoveryDecision[],
): DurableRecoveryMetadata {
  const resumed = decisions.filter((decision) => decision.finalization === null);
  const reused = resumed.filter((decision) => decision.action === 'resume_from_evidence_boundary');
  return {
    checkpointTick: checkpoint.tick,
    walTailStartTick: tail.lowestTick,
    highestRecoveredTick: tail.highestTick,
    resumedOperationIds: resumed.map((decision) => decision.operationId),
    terminalOperationIds: decisions
      .filter((decision) => decision.finalization !== null)
      .map((decision) => decision.operationId),
    cachedEvidenceIds: [...new Set(reused.flatMap((decision) => decision.cachedEvidenceIds))],
  };
}
