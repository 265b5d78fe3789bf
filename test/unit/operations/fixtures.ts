import { ProjectionBench } from '../projection-bench.js';
import type { OperationsCommand, RegisterOperationCommand } from '../../../src/operations/command.js';
import type { OperationsEntry } from '../../../src/operations/entry.js';
import type { OperationKind } from '../../../src/operations/kind.js';
import type { OperationsLimits } from '../../../src/operations/limits.js';
import type { TerminalOutcome } from '../../../src/operations/outcome.js';
import { operationsProjection } from '../../../src/operations/projection.js';
import type { OperationsRefusal } from '../../../src/operations/refusal.js';
import type { OperationSource, OperationSpec } from '../../../src/operations/spec.js';
import type { OperationsState } from '../../../src/operations/state.js';
import { snapshotOf, standingOf } from '../../../src/operations/view.js';

const roomy: OperationsLimits = { completedMax: 256, concurrentMax: null, tombstonesMax: 256 };

/** One registry, as the shell would drive it. */
export class Registry extends ProjectionBench<
  OperationsState,
  OperationsCommand,
  OperationsEntry,
  OperationsRefusal
> {
  constructor(limits: Partial<OperationsLimits> = {}) {
    super(operationsProjection({ ...roomy, ...limits }));
  }

  /** As after a restart from a snapshot of now, perhaps with other limits. */
  restarted(limits: Partial<OperationsLimits> = {}): Registry {
    const successor = new Registry(limits);
    successor.state = this.reread();
    return successor;
  }

  /** As after a restart from the log alone, read from its bytes. */
  replayed(): Registry {
    const successor = new Registry();
    successor.take(this.rereadLog());
    return successor;
  }

  status(operationId = 'a'): string {
    const standing = standingOf(this.state, operationId);
    return standing.kind === 'held' ? standing.status : standing.kind;
  }

  outcome(operationId = 'a'): TerminalOutcome | null | undefined {
    return snapshotOf(this.state, operationId)?.outcome;
  }
}

export function spec(operationId = 'a', changes: Partial<OperationSpec> = {}): OperationSpec {
  return {
    operationId,
    kind: 'background_tool_op',
    ownerSessionId: 'session',
    displayName: `operation ${operationId}`,
    sourceLabel: 'test',
    source: null,
    ...changes,
  };
}

export function register(
  operationId = 'a',
  changes: Partial<OperationSpec> = {},
  atMs = 1,
): RegisterOperationCommand {
  return {
    kind: 'register_operation',
    spec: spec(operationId, changes),
    inputFingerprint: `input of ${operationId}`,
    concurrentMax: null,
    atMs,
  };
}

export function start(operationId = 'a', atMs = 2): OperationsCommand {
  return { kind: 'provisioning_succeeded', operationId, atMs };
}

export const result = { id: 'r', content: 'done', isError: false, durationMs: 5, tokensUsed: 7 };

type Ending = Extract<OperationsCommand, { operationId: string; watched: readonly string[] }>;

const endings = {
  complete_operation: { result },
  provisioning_failed: { error: 'no room' },
  fail_operation: { error: 'broken' },
  abort_provisioning: { reason: 'unwanted' },
  cancel_operation: { reason: null },
  mark_retired: {},
} as const;

/** Ends one operation in the given way. */
export function end(
  kind: Ending['kind'],
  operationId = 'a',
  watched: readonly string[] = [],
  atMs = 9,
): OperationsCommand {
  const base = { operationId, watched, atMs };
  switch (kind) {
    case 'complete_operation':
      return { kind, ...endings.complete_operation, ...base };
    case 'provisioning_failed':
      return { kind, ...endings.provisioning_failed, ...base };
    case 'fail_operation':
      return { kind, ...endings.fail_operation, ...base };
    case 'abort_provisioning':
      return { kind, ...endings.abort_provisioning, ...base };
    case 'cancel_operation':
      return { kind, ...endings.cancel_operation, ...base };
    case 'mark_retired':
      return { kind, ...base };
  }
}

export const complete = (operationId = 'a', watched: readonly string[] = []) =>
  end('complete_operation', operationId, watched);

/** Registered, started and completed, one after the other. */
export function completed(...operationIds: readonly string[]): readonly OperationsCommand[] {
  return operationIds.flatMap((id) => [register(id), start(id), complete(id)]);
}

/** Registered and started. */
export function running(
  operationId = 'a',
  changes: Partial<OperationSpec> = {},
): readonly OperationsCommand[] {
  return [register(operationId, changes), start(operationId)];
}

export const detachedJob: OperationSource = { kind: 'detached_job', realmId: 'realm', jobId: 'job' };

/** One spec of each kind. */
export const specChanges: Readonly<Record<OperationKind, Partial<OperationSpec>>> = {
  mob_member_child: {
    kind: 'mob_member_child',
    source: { kind: 'session_child', sessionId: 'child' },
  },
  background_tool_op: { kind: 'background_tool_op' },
  background_tool_capacity_slot: { kind: 'background_tool_capacity_slot' },
  detached_job_wait: { kind: 'detached_job_wait', source: detachedJob },
};

export const member = specChanges.mob_member_child;
export const slot = specChanges.background_tool_capacity_slot;

export const peer = { peerName: 'peer', peerId: 'p1', address: 'here' };

export function peerReady(operationId = 'a', changes: Partial<typeof peer> = {}): OperationsCommand {
  return { kind: 'peer_ready', operationId, peer: { ...peer, ...changes }, atMs: 3 };
}

export function progress(
  operationId = 'a',
  message = 'on it',
  percent: number | null = null,
): OperationsCommand {
  return { kind: 'report_progress', operationId, message, percent, atMs: 4 };
}

export const retire = (operationId = 'a'): OperationsCommand => ({
  kind: 'request_retire',
  operationId,
  atMs: 5,
});

export const rollBack = (operationId = 'a'): OperationsCommand => ({
  kind: 'rollback_unreturned',
  operationId,
  atMs: 6,
});

export function terminateOwner(
  ownerSessionId = 'session',
  watched: readonly string[] = [],
  reason = 'owner died',
): OperationsCommand {
  return { kind: 'terminate_owner', ownerSessionId, reason, watched, atMs: 20 };
}

export function lostInRestart(...operationIds: readonly string[]): OperationsCommand {
  return { kind: 'lost_in_restart', operationIds, watched: [], atMs: 21 };
}

export const collect = (watched: readonly string[] = []): OperationsCommand => ({
  kind: 'collect_completed',
  watched,
  atMs: 22,
});

export function waitAll(requestId: string, ...operationIds: readonly string[]): OperationsCommand {
  return { kind: 'wait_all', requestId, operationIds, atMs: 7 };
}

export const cancelWait = (requestId: string): OperationsCommand => ({
  kind: 'cancel_wait',
  requestId,
  atMs: 8,
});

export const acknowledge = (requestId: string): OperationsCommand => ({
  kind: 'acknowledge_wait',
  requestId,
  atMs: 8,
});

export function advance(to: Partial<Record<'applied' | 'observed' | 'injected', number>>): OperationsCommand {
  return { kind: 'advance_cursors', to, atMs: 10 };
}
