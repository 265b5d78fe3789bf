import type { OperationsRequest } from '../../src/node/operations-node.js';
import type { OperationKind } from '../../src/operations/kind.js';
import type { OperationSpec } from '../../src/operations/spec.js';
import type { Tape } from '../kernel/tape.js';
import type { Purpose } from '../oracles/operation-facts.js';
import { termsText } from './operations-words.js';

/** The sessions that operations belong to. */
export const owners = ['session-a', 'session-b', 'session-c', 'session-d'] as const;

/** What a request is about: an operation, an owner or a wait; '' when it is about none in particular. */
export function subjectOf(request: OperationsRequest): string {
  if (request.kind === 'register_operation') return request.spec.operationId;
  if ('operationId' in request) return request.operationId;
  if ('ownerSessionId' in request) return request.ownerSessionId;
  return 'requestId' in request ? request.requestId : '';
}

/** What a request is meant to do, as far as the oracles care. */
export function purposeOf({ kind }: OperationsRequest): Purpose {
  if (kind === 'register_operation') return 'register';
  if (kind === 'collect_completed') return 'collect';
  return ending.has(kind) ? 'end' : 'command';
}

const changes: Readonly<Partial<Record<OperationsRequest['kind'], string>>> = {
  provisioning_succeeded: 'running',
  request_retire: 'retiring',
  peer_ready: 'peer',
  report_progress: 'progress',
  complete_operation: 'completed',
  provisioning_failed: 'failed',
  fail_operation: 'failed',
  abort_provisioning: 'aborted',
  cancel_operation: 'cancelled',
  mark_retired: 'retired',
  rollback_unreturned: 'rolled_back',
  terminate_owner: 'terminated',
  cancel_wait: 'cancelled',
  acknowledge_wait: 'acknowledged',
};

const ending: ReadonlySet<string> = new Set<OperationsRequest['kind']>([
  'complete_operation',
  'provisioning_failed',
  'fail_operation',
  'abort_provisioning',
  'cancel_operation',
  'mark_retired',
  'terminate_owner',
  'lost_in_restart',
]);

/** What has to stand in the log when the request was accepted, and about what; '' where nothing has to. */
export function changesOf(
  request: OperationsRequest,
): readonly { readonly subject: string; readonly change: string }[] {
  if (request.kind === 'lost_in_restart') {
    return request.operationIds.map((subject) => ({ subject, change: 'over' }));
  }
  const change =
    request.kind === 'register_operation' ? `registered as ${termsOf(request)}` : changes[request.kind];
  return [{ subject: subjectOf(request), change: change ?? '' }];
}

/** As what somebody is to be registered; '' when nobody is. */
export function termsOf(request: OperationsRequest): string {
  if (request.kind !== 'register_operation') return '';
  return termsText(request.spec, request.inputFingerprint);
}

/** The spec of an operation. Drawn once, so that who registers it again can bring the same. */
export function drawSpec(tape: Tape, operationId: string): OperationSpec {
  const kind = tape.pick<OperationKind>('workload.kind', [
    'background_tool_op',
    'mob_member_child',
    'background_tool_capacity_slot',
    'detached_job_wait',
  ]);
  return {
    operationId,
    kind,
    ownerSessionId: tape.pick('workload.owner', owners),
    displayName: operationId,
    sourceLabel: 'drawn',
    source: kind === 'detached_job_wait' ? { kind: 'detached_job', realmId: 'realm', jobId: 'job' } : null,
  };
}

export function registering(spec: OperationSpec, inputFingerprint = 'input'): OperationsRequest {
  return { kind: 'register_operation', spec, inputFingerprint, concurrentMax: null };
}

/** A registration that is not quite the first one: as it was, with another input, or as something else. */
export function drawAgain(tape: Tape, spec: OperationSpec): OperationsRequest {
  switch (tape.draw('workload.again', 4)) {
    case 1:
      return registering(spec, 'another input');
    case 2:
      return registering({ ...spec, sourceLabel: 'another' });
    case 3:
      return { kind: 'register_operation', spec, inputFingerprint: 'input', concurrentMax: 2 };
    default:
      return registering(spec);
  }
}

/** Something that may be done to a living operation, in good order when `step` goes up from 0. */
export function drawStep(tape: Tape, operationId: string, step: number): OperationsRequest {
  switch (tape.chance('workload.astray', 1, 4) ? tape.draw('workload.step', 6) : Math.min(step, 3)) {
    case 0:
      return { kind: 'provisioning_succeeded', operationId };
    case 1: {
      const percent = tape.pick('workload.percent', [null, 50, 101]);
      return { kind: 'report_progress', operationId, message: 'on it', percent };
    }
    case 2: {
      const peerId = tape.pick('workload.peer', ['peer', 'other']);
      return { kind: 'peer_ready', operationId, peer: { peerName: 'peer', peerId, address: 'here' } };
    }
    case 3:
      return { kind: 'request_retire', operationId };
    default:
      return drawEnd(tape, operationId);
  }
}

/** One of the ways in which an operation ends, legal at the moment or not. */
export function drawEnd(tape: Tape, operationId: string): OperationsRequest {
  switch (tape.draw('workload.end', 7)) {
    case 1:
      return { kind: 'fail_operation', operationId, error: 'broken' };
    case 2:
      return { kind: 'mark_retired', operationId };
    case 3:
      return { kind: 'cancel_operation', operationId, reason: null };
    case 4:
      return { kind: 'abort_provisioning', operationId, reason: 'unwanted' };
    case 5:
      return { kind: 'provisioning_failed', operationId, error: 'no room' };
    case 6:
      return { kind: 'rollback_unreturned', operationId };
    default: {
      const result = { id: operationId, content: '', isError: false, durationMs: 0, tokensUsed: 0 };
      return { kind: 'complete_operation', operationId, result };
    }
  }
}
