import { digestOf } from '../codec/digest.js';
import type { Completion } from './outcome.js';
import { encodeSpec } from './record-codec.js';
import type { OperationSpec } from './spec.js';

/** What is remembered of an evicted operation, so that its id is never run again, and its outcome can still be told. */
export interface Tombstone {
  readonly operationId: string;
  readonly inputFingerprint: string;
  /** Stands for the spec: 64 lowercase hex digits. */
  readonly specDigest: string;
  readonly completion: Completion;
}

export function digestOfSpec(spec: OperationSpec): string {
  return digestOf(encodeSpec(spec));
}
