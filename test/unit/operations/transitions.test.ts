import { describe, expect, test } from 'vitest';
import type { OperationsCommand } from '../../../src/operations/command.js';
import { InvalidTransition } from '../../../src/operations/refusal.js';
import { livePhases, operationStatuses, publicResultOf, isTerminal } from '../../../src/operations/status.js';
import {
  isIdempotentRejection,
  nextStatus,
  type OperationAction,
} from '../../../src/operations/transition.js';
import {
  end,
  member,
  peer,
  peerReady,
  progress,
  register,
  Registry,
  retire,
  rollBack,
  start,
  terminateOwner,
} from './fixtures.js';

const toStatus: Readonly<Record<string, readonly OperationsCommand[]>> = {
  provisioning: [],
  running: [start()],
  retiring: [start(), retire()],
  completed: [start(), end('complete_operation')],
  failed: [end('fail_operation')],
  aborted: [end('abort_provisioning')],
  cancelled: [end('cancel_operation')],
  retired: [start(), end('mark_retired')],
  terminated: [terminateOwner()],
};

/** A registry in which `a`, a member, is in some status. */
function registryIn(status: string): Registry {
  const registry = new Registry();
  registry.do(register('a', member), ...(toStatus[status] ?? []));
  expect(registry.status()).toBe(status);
  return registry;
}

/** The reference's table (A2): the result of each action in provisioning, running and retiring; `I` is an invalid transition. */
const table: readonly (readonly [OperationsCommand, OperationAction, string, string, string])[] = [
  [start(), 'provisioning_succeeded', 'running', 'I', 'I'],
  [end('provisioning_failed'), 'provisioning_failed', 'failed', 'I', 'I'],
  [end('fail_operation'), 'fail_operation', 'failed', 'failed', 'failed'],
  [end('abort_provisioning'), 'abort_provisioning', 'aborted', 'I', 'I'],
  [end('complete_operation'), 'complete_operation', 'I', 'completed', 'completed'],
  [end('cancel_operation'), 'cancel_operation', 'cancelled', 'cancelled', 'cancelled'],
  [retire(), 'request_retire', 'I', 'retiring', 'I'],
  [end('mark_retired'), 'mark_retired', 'I', 'retired', 'retired'],
  [peerReady(), 'peer_ready', 'I', 'running', 'retiring'],
  [progress(), 'report_progress', 'I', 'running', 'retiring'],
  [rollBack(), 'rollback_unreturned', 'absent', 'absent', 'absent'],
];

/** What comes of an action: the new status, or `I`. Any other refusal is thrown. */
function resultOf(registry: Registry, command: OperationsCommand): string {
  const decision = registry.projection.decide(registry.state, command);
  if (decision.kind === 'refused' && decision.refusal instanceof InvalidTransition) return 'I';
  registry.do(command);
  return registry.status();
}

describe.each(table)('%o', (command, action, ...results) => {
  test.each(livePhases.map((phase, index) => [phase, results[index]] as const))(
    'in %s: %s',
    (phase, wanted) => {
      expect(resultOf(registryIn(phase), command)).toBe(wanted);
    },
  );

  test.each(operationStatuses.filter(isTerminal))(
    'P1: after %s it is refused, and nothing changes',
    (status) => {
      const registry = registryIn(status);
      expect(registry.refusal(command)).toMatchObject({
        code: 'OPERATIONS_INVALID_TRANSITION',
        status,
        action,
      });
      expect(registry.status()).toBe(status);
    },
  );

  test('of an unknown operation is refused', () => {
    expect(new Registry().refusal(command)).toMatchObject({
      code: 'OPERATIONS_UNKNOWN_OPERATION',
      operationId: 'a',
    });
  });
});

test('the table says where each action leads', () => {
  for (const [, action, ...results] of table) {
    const wanted = results.map((result) => (result === 'I' ? undefined : result));
    expect(livePhases.map((phase) => nextStatus(action, phase))).toEqual(wanted);
    expect(operationStatuses.filter(isTerminal).map((status) => nextStatus(action, status))).toEqual(
      operationStatuses.filter(isTerminal).map(() => undefined),
    );
  }
  const terminated = livePhases.map((phase) => nextStatus('terminate_owner', phase));
  expect(terminated).toEqual(livePhases.map(() => 'terminated'));
});

test('an operation can retire without being asked to, and takes progress while it retires', () => {
  const registry = registryIn('retiring');
  registry.do(progress('a', 'cleaning', 50), end('mark_retired'));
  expect(registry.outcome()).toEqual({ kind: 'retired' });
});

test('each way of ending keeps what it was given', () => {
  for (const [kind, outcome] of [
    ['fail_operation', { kind: 'failed', error: 'broken' }],
    ['provisioning_failed', { kind: 'failed', error: 'no room' }],
    ['abort_provisioning', { kind: 'aborted', reason: 'unwanted' }],
    ['cancel_operation', { kind: 'cancelled', reason: null }],
  ] as const) {
    const registry = registryIn('provisioning');
    registry.do(end(kind));
    expect(registry.outcome()).toEqual(outcome);
    expect(registry.restarted().outcome()).toEqual(outcome);
  }
});

test('what is said in public of each status', () => {
  expect(Object.fromEntries(operationStatuses.map((status) => [status, publicResultOf(status)]))).toEqual({
    provisioning: 'running',
    running: 'running',
    retiring: 'running',
    completed: 'completed',
    failed: 'failed',
    terminated: 'failed',
    aborted: 'cancelled',
    cancelled: 'cancelled',
    retired: 'cancelled',
  });
  expect([publicResultOf('absent'), isTerminal('absent')]).toEqual(['missing_authority', false]);
});

test('a refused action had nothing left to do exactly where the reference says so', () => {
  const idempotent = table.flatMap(([, action]) =>
    operationStatuses
      .filter((status) => isIdempotentRejection(action, status))
      .map((status) => `${action}@${status}`),
  );
  const atTerminal = [
    'abort_provisioning',
    'request_retire',
    'mark_retired',
    'peer_ready',
    'report_progress',
  ];
  const wanted = [
    'provisioning_succeeded@running',
    'request_retire@retiring',
    ...atTerminal.flatMap((action) =>
      operationStatuses.filter(isTerminal).map((status) => `${action}@${status}`),
    ),
  ];
  expect(idempotent.toSorted()).toEqual(wanted.toSorted());
  expect(isIdempotentRejection('terminate_owner', 'terminated')).toBe(false);
  for (const [, action] of table) expect(isIdempotentRejection(action, 'provisioning')).toBe(false);
});

describe('A18: the status is checked first', () => {
  test('a peer announced again after the end is an invalid transition, and idempotent', () => {
    const registry = registryIn('running');
    registry.do(peerReady(), end('complete_operation'));
    for (const command of [peerReady(), peerReady('a', { address: 'elsewhere' })]) {
      expect(registry.refusal(command)).toMatchObject({
        code: 'OPERATIONS_INVALID_TRANSITION',
        status: 'completed',
      });
    }
    expect(isIdempotentRejection('peer_ready', 'completed')).toBe(true);
  });

  test('a peer of an operation that has none is refused for its status before it is for its kind', () => {
    const registry = new Registry();
    registry.do(register());
    expect(registry.refusal(peerReady())).toMatchObject({ code: 'OPERATIONS_INVALID_TRANSITION' });
    registry.do(start());
    expect(registry.refusal(peerReady())).toMatchObject({ code: 'OPERATIONS_PEER_NOT_EXPECTED' });
  });

  test('provisioning that has succeeded cannot fail any more', () => {
    expect(registryIn('running').refusal(end('provisioning_failed'))).toMatchObject({ status: 'running' });
  });
});

describe('progress', () => {
  test('is counted, and the last of it kept, also over a restart', () => {
    const registry = registryIn('running');
    registry.do(progress('a', 'half', 50), progress('a', 'nearly'));
    const operation = registry.restarted().state.operations.get('a');
    expect(operation?.progressCount).toBe(2);
    expect(operation?.lastProgress).toEqual({ message: 'nearly', percent: null, atMs: 4 });
  });

  test.each([-1, 101, 0.5, Number.NaN])('of %s percent is refused', (percent) => {
    expect(registryIn('running').refusal(progress('a', '', percent))).toMatchObject({
      code: 'OPERATIONS_INVALID_INPUT',
    });
  });
});

describe('a peer', () => {
  test('announced again under the same handle is accepted, under another refused', () => {
    const registry = registryIn('running');
    expect(registry.do(peerReady())).toHaveLength(1);
    expect(registry.do(retire(), peerReady())).toHaveLength(1);
    for (const other of [{ peerName: 'x' }, { peerId: 'x' }, { address: 'x' }]) {
      expect(registry.refusal(peerReady('a', other))).toMatchObject({
        code: 'OPERATIONS_ALREADY_PEER_READY',
      });
    }
  });

  test('A17: its handle survives a restart, so that the same retry is accepted after it', () => {
    const registry = registryIn('running');
    registry.do(peerReady());
    const successor = registry.restarted();
    expect(successor.state.operations.get('a')?.peer).toEqual(peer);
    expect(successor.do(peerReady())).toEqual([]);
    expect(successor.refusal(peerReady('a', { peerId: 'x' }))).toMatchObject({
      code: 'OPERATIONS_ALREADY_PEER_READY',
    });
  });
});

describe('A20: taking back an operation', () => {
  test('tells an unknown one from an ended one', () => {
    expect(new Registry().refusal(rollBack())).toMatchObject({ code: 'OPERATIONS_UNKNOWN_OPERATION' });
    expect(registryIn('failed').refusal(rollBack())).toMatchObject({
      code: 'OPERATIONS_INVALID_TRANSITION',
      status: 'failed',
    });
  });

  test('leaves no trace of it: no completion, no tombstone, and its id is free', () => {
    const registry = registryIn('running');
    registry.do(rollBack());
    expect(registry.bytes()).toBe(new Registry().bytes());
    registry.do(register('a', member));
    expect(registry.status()).toBe('provisioning');
  });
});

test.each([-1, 1.5, Number.NaN, 2 ** 53])('no time is %s', (atMs) => {
  expect(registryIn('provisioning').refusal(start('a', atMs))).toMatchObject({
    code: 'OPERATIONS_INVALID_INPUT',
  });
});

test('a clock that is set back makes no negative durations', () => {
  const registry = new Registry();
  registry.do(register('a', {}, 100), start('a', 120), end('complete_operation', 'a', [], 50));
  expect(registry.state.operations.get('a')).toMatchObject({
    createdAtMs: 100,
    startedAtMs: 120,
    completion: { atMs: 120 },
  });
});
