import { evidenceIdOf } from '../evidence/evidence-id.js';
import type { BoundEvidence } from '../evidence/evidence.js';
import { fingerprintOf, type RequestFingerprint } from '../evidence/request-fingerprint.js';
import type { LastingOutcome } from '../evidence/outcome.js';
import { digestHex } from '../codec/digest.js';
import { idLengthMax } from '../steps/limits.js';
import type { Failure } from '../steps/outcome.js';
import { type Payload, payloadOf } from '../steps/payload.js';
import type { ParentStep, Submission } from './submissions.js';

/** Stands where the evidence of a step has its key, and is none: no step can be called so. */
const ownResult = '';

/** Of what an operation came to. */
export function resultEvidenceId({
  operationId,
  parent,
}: Pick<Submission, 'operationId' | 'parent'>): string {
  return parent === null ? evidenceIdOf(operationId, ownResult, 0) : childEvidenceId(parent);
}

/** Of what a step waits for: its name with the scopes that it is in, and its occurrence. */
export function childEvidenceId({ operationId, stepKey }: ParentStep): string {
  const occurrenceAt = stepKey.lastIndexOf('#');
  const occurrence = Number(stepKey.slice(occurrenceAt + 1));
  return evidenceIdOf(operationId, stepKey.slice(0, occurrenceAt), occurrence);
}

/** The operation that a step waits for: the same in every life, and no longer than an id may be. */
export function childIdOf({ operationId, stepKey }: ParentStep): string {
  const id = `${operationId}/${stepKey}`;
  return id.length <= idLengthMax ? id : `child-${digestHex(Buffer.from(id))}`;
}

export function requestFingerprint(workflow: string, inputDigest: string): RequestFingerprint {
  return fingerprintOf('workflow', workflow, inputDigest);
}

/**
 * The evidence of what an operation came to.
 *
 * @param neededBy - Whoever goes on from it: the operation that waits for it in a step, or, between its certificate and its commitment, the
 *   operation itself.
 */
export function boundResult(
  submission: Pick<Submission, 'operationId' | 'parent' | 'workflow'>,
  inputDigest: string,
  outcome: LastingOutcome,
  neededBy: string,
): BoundEvidence {
  return {
    evidenceId: resultEvidenceId(submission),
    interfaceName: 'workflow',
    operationName: submission.workflow,
    outcome,
    fingerprint: requestFingerprint(submission.workflow, inputDigest),
    operationId: neededBy,
    leaseInRequest: false,
  };
}

/** A result is held as the bytes that it is journaled as: as deep and as large as a result may be. */
export function successOf(payload: Payload): LastingOutcome {
  return { status: 'success', response: { kind: 'invoke_step', state: payload } };
}

/** How an operation failed stays true, whoever asks: it is terminal. */
export function failureEvidence({ name, message }: Failure): LastingOutcome {
  return { status: 'failure', kind: 'contract_violation', message: `${name}: ${message}` };
}

/** The result that evidence holds; undefined for that of a failure. */
export function payloadIn(outcome: LastingOutcome, subject: string): Payload | undefined {
  if (outcome.status !== 'success' || outcome.response.kind !== 'invoke_step') return undefined;
  const { state } = outcome.response;
  return state instanceof Uint8Array ? payloadOf(state, subject) : undefined;
}
