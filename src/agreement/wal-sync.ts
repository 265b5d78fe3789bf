import type { AgreementLevel } from './level.js';
import type { AgreementEvidence, AgreementState } from './records.js';

/** Why an effect failed. Reference section 0. */
export const effectFailureKinds = [
  'denied',
  'timeout',
  'cancelled',
  'stale_authority',
  'invalid_evidence',
  'unavailable',
  'invalid_input',
  'determinism',
  'topology_disruption',
  'contract_violation',
  'unknown',
] as const;
export type EffectFailureKind = (typeof effectFailureKinds)[number];

/** What is to be durable before an output of a coroutine may be seen. Reference 2.3. */
export interface WalSyncRequest {
  readonly operationId: string;
  readonly downstreamCoroutineId: string;
  readonly gateLevel: AgreementLevel;
  /** Where the operation is to stand; null to leave level and outcome alone. The last evidence id stands for the change. */
  readonly agreementState: AgreementState | null;
  readonly agreementEvidence: readonly AgreementEvidence[];
  readonly tick: number;
}

/**
 * What came of a sync. The shell gives it: `blocked` while the disk is not ready, `failure` when it failed or the request was
 * refused. Only `success` lets the output through, and only a `blocked` one may be asked again unchanged with hope.
 */
export type WalSyncOutcome =
  | { readonly status: 'success' }
  | { readonly status: 'blocked' }
  | { readonly status: 'failure'; readonly kind: EffectFailureKind; readonly message: string };
