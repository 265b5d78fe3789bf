import type { CborValue } from '../codec/cbor.js';
import { readBoolean, readEach, readOneOf, readOptional, readRecord, readText } from '../codec/shape.js';
import {
  type AgreementLevel,
  agreementLevels,
  type FinalizationOutcome,
  finalizationOutcomes,
} from '../agreement/level.js';

/** What a recovered operation does next. Reference 2.5. */
export const recoveryActions = [
  'reexecute_from_scratch',
  'resume_from_evidence_boundary',
  'reuse_finalized',
  'preserve_terminal',
] as const;
export type RecoveryAction = (typeof recoveryActions)[number];

/** What becomes of one operation after a crash, and what that rests upon. Reference 2.5, with what its formal model adds. */
export interface DurableRecoveryDecision {
  readonly operationId: string;
  /** The recovered level. */
  readonly level: AgreementLevel;
  readonly finalization: FinalizationOutcome | null;
  readonly action: RecoveryAction;
  /** Evidence of the operation whose outcome is cached. */
  readonly cachedEvidenceIds: readonly string[];
  readonly gateCrossed: boolean;
  /** The level that the checkpoint shows; none for an operation that it does not know. */
  readonly checkpointLevel: AgreementLevel;
  /** The highest level at which a gate was crossed; null when none was. */
  readonly gateLevel: AgreementLevel | null;
}

/** The reference's keys in its order, then the two that it lacks. */
export function encodeDecision(decision: DurableRecoveryDecision): CborValue {
  return {
    operation_id: decision.operationId,
    level: decision.level,
    finalization: decision.finalization,
    action: decision.action,
    cached_evidence_ids: decision.cachedEvidenceIds,
    gate_crossed: decision.gateCrossed,
    checkpoint_level: decision.checkpointLevel,
    gate_level: decision.gateLevel,
  };
}

/**
 * A decision of the reference has no checkpoint level, which is read as none, and no gate level, which is read as null: one that
 * crossed a gate is then found to be unsound, since nobody can tell that it is not.
 *
 * @throws ShapeError when it is no decision.
 */
export function decodeDecision(value: CborValue, path = 'decision'): DurableRecoveryDecision {
  const record = readRecord(value, path);
  const level = (found: CborValue, at: string) => readOneOf(found, at, agreementLevels);
  const outcome = (found: CborValue, at: string) => readOneOf(found, at, finalizationOutcomes);
  const texts = (found: CborValue, at: string) => readEach(found, at, readText);
  return {
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    level: readOneOf(record['level'], `${path}.level`, agreementLevels),
    finalization: readOptional(record['finalization'], `${path}.finalization`, outcome),
    action: readOneOf(record['action'], `${path}.action`, recoveryActions),
    cachedEvidenceIds:
      readOptional(record['cached_evidence_ids'], `${path}.cached_evidence_ids`, texts) ?? [],
    gateCrossed: readOptional(record['gate_crossed'], `${path}.gate_crossed`, readBoolean) ?? false,
    checkpointLevel: readOptional(record['checkpoint_level'], `${path}.checkpoint_level`, level) ?? 'none',
    gateLevel: readOptional(record['gate_level'], `${path}.gate_level`, level),
  };
}
