import type { MemberAnswer } from '../../src/operations/barrier.js';
import type { PeerHandle } from '../../src/operations/operation.js';
import type { OperationsRefusal } from '../../src/operations/refusal.js';
import type { OperationSpec } from '../../src/operations/spec.js';
import type { OperationSnapshot, Standing } from '../../src/operations/view.js';
import { answerText } from '../oracles/operation-facts.js';

/** The engine's values in the words in which the oracles' model tells the same. */

/** The answers of a wait. */
export function answersText(answers: readonly MemberAnswer[]): string {
  return answers
    .map((answer) => (answer.kind === 'ended' ? answerText(answer.outcome.kind, answer.seq) : answer.kind))
    .join(' ');
}

/** What stands for an operation's spec and input. */
export function termsText(spec: OperationSpec, inputFingerprint: string): string {
  return `${JSON.stringify(spec)} ${inputFingerprint}`;
}

/** A peer; '' when there is none. */
export function peerText(peer: PeerHandle | null): string {
  return peer === null ? '' : `${peer.peerId}@${peer.address}`;
}

/** An operation that is held. */
export function snapshotText({ status, completionSeq, progressCount, peer }: OperationSnapshot): string {
  const state = completionSeq === null ? status : answerText(status, completionSeq);
  return `${state}/${progressCount}/${peerText(peer)}`;
}

/** What an id stands for that is not held. */
export function standingText(standing: Standing): string {
  if (standing.kind !== 'evicted') return standing.kind;
  const { outcome, seq } = standing.completion;
  return `evicted ${answerText(outcome.kind, seq)}`;
}

/** What a refusal says about operations. */
export function refusalText(refusal: OperationsRefusal): {
  readonly code: string;
  readonly subject: string;
  readonly status: string;
  readonly active: number;
} {
  const wait = 'requestId' in refusal ? refusal.requestId : '';
  return {
    code: refusal.code,
    subject: 'operationId' in refusal ? refusal.operationId : wait,
    status: 'operationId' in refusal && 'status' in refusal ? refusal.status : '',
    active: 'active' in refusal ? refusal.active : 0,
  };
}
