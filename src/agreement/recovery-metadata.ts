import type { CborValue } from '../codec/cbor.js';
import { readEach, readOptional, readRecord, readText, readUnsigned } from '../codec/shape.js';

/** What a recovery found, in short. Reference 2.5. */
export interface DurableRecoveryMetadata {
  readonly checkpointTick: number;
  /** The lowest tick behind the checkpoint; null when nothing was recorded behind it. */
  readonly walTailStartTick: number | null;
  /** The highest tick behind the checkpoint, wherever in the tail it stands. */
  readonly highestRecoveredTick: number | null;
  /** Operations that have work left. */
  readonly resumedOperationIds: readonly string[];
  readonly terminalOperationIds: readonly string[];
  /** The cached evidence that resumed operations really use. */
  readonly cachedEvidenceIds: readonly string[];
}

/** The metadata as the reference writes it: keys in declaration order. */
export function encodeRecoveryMetadata(metadata: DurableRecoveryMetadata): CborValue {
  return {
    checkpoint_tick: metadata.checkpointTick,
    wal_tail_start_tick: metadata.walTailStartTick,
    highest_recovered_tick: metadata.highestRecoveredTick,
    resumed_operation_ids: metadata.resumedOperationIds,
    terminal_operation_ids: metadata.terminalOperationIds,
    cached_evidence_ids: metadata.cachedEvidenceIds,
  };
}

/** All but the checkpoint's tick may be missing. @throws ShapeError when it is no metadata. */
export function decodeRecoveryMetadata(value: CborValue, path: string): DurableRecoveryMetadata {
  const record = readRecord(value, path);
  const tick = (key: string) => readOptional(record[key], `${path}.${key}`, readUnsigned);
  const ids = (key: string) => readOptional(record[key], `${path}.${key}`, readTexts) ?? [];
  return {
    checkpointTick: readUnsigned(record['checkpoint_tick'], `${path}.checkpoint_tick`),
    walTailStartTick: tick('wal_tail_start_tick'),
    highestRecoveredTick: tick('highest_recovered_tick'),
    resumedOperationIds: ids('resumed_operation_ids'),
    terminalOperationIds: ids('terminal_operation_ids'),
    cachedEvidenceIds: ids('cached_evidence_ids'),
  };
}

function readTexts(value: CborValue, path: string): readonly string[] {
  return readEach(value, path, readText);
}
