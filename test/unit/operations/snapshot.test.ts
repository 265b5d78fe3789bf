import { describe, expect, test } from 'vitest';
import { type CborRecord, type CborValue, decode, encode } from '../../../src/codec/cbor.js';
import { readArray, readBytes, readRecord } from '../../../src/codec/shape.js';
import {
  acknowledge,
  advance,
  cancelWait,
  collect,
  complete,
  completed,
  detachedJob,
  end,
  peerReady,
  progress,
  register,
  member,
  Registry,
  retire,
  rollBack,
  running,
  slot,
  terminateOwner,
  waitAll,
} from './fixtures.js';

/** Something of everything: alive, ended, evicted, waited for, terminated. */
function richRegistry(): Registry {
  const registry = new Registry();
  registry.do(...completed('gone'), collect(), ...running('m', member), peerReady('m'));
  registry.do(...completed('a', 'b'), ...running('s', slot), waitAll('open', 'a', 's'), waitAll('done', 'a'));
  registry.do(terminateOwner('other'), advance({ applied: 1, observed: 3, injected: 2 }));
  return registry;
}

function captured(registry: Registry): CborRecord {
  return readRecord(registry.projection.capture(registry.state), 'captured');
}

const restoring = (value: CborValue) => () => new Registry().projection.restore(value);

/** The snapshot with the fields of one held thing changed. */
function changed(part: string, index: number, change: (record: CborRecord) => CborValue): CborRecord {
  const snapshot = captured(richRegistry());
  const held = readArray(snapshot[part], part).map((bytes, at) => {
    if (at !== index) return bytes;
    return encode(change(readRecord(decode(readBytes(bytes, part)), part)));
  });
  return { ...snapshot, [part]: held };
}

describe('a snapshot', () => {
  test('gives back the state, byte for byte', () => {
    const registry = richRegistry();
    expect(registry.restarted().state).toEqual(registry.state);
    expect(registry.restarted().bytes()).toBe(registry.bytes());
  });

  test('a snapshot that lacks a part is refused, and the part named', () => {
    for (const part of Object.keys(captured(richRegistry()))) {
      const { [part]: _left, ...rest } = captured(richRegistry());
      expect(restoring(rest)).toThrow(`operations.${part}`);
    }
    for (const field of ['spec', 'input_fingerprint', 'phase', 'progress_count', 'created_at_ms']) {
      const lacking = changed('operations', 0, ({ [field]: _left, ...rest }) => rest);
      expect(restoring(lacking)).toThrow(`operations.operations[0].${field}`);
    }
  });

  test('no source is said by null; a source that is missing is no snapshot', () => {
    const lacking = changed('operations', 1, (record) => {
      const { operation_source: source, ...spec } = readRecord(record['spec'] ?? null, 'spec');
      expect(source).toBe(null);
      return { ...record, spec };
    });
    expect(restoring(lacking)).toThrow('operations.operations[1].spec.operation_source');
  });

  const another = (field: string, value: CborValue) => (record: CborRecord) => ({
    ...record,
    [field]: value,
  });
  const cursors = { agent_applied_cursor: 0, runtime_observed_seq: 0, runtime_last_injected_seq: 0 };

  test.each<[string, () => CborRecord]>([
    [
      'cursor above the watermark',
      () => ({ ...captured(richRegistry()), cursors: { ...cursors, agent_applied_cursor: 4 } }),
    ],
    [
      'injected above observed',
      () => ({ ...captured(richRegistry()), cursors: { ...cursors, runtime_last_injected_seq: 1 } }),
    ],
    ['watermark above the last seq', () => ({ ...captured(richRegistry()), watermark: 4 })],
    ['row above the watermark', () => ({ ...captured(richRegistry()), watermark: 2, cursors })],
    ['gap above the watermark', () => ({ ...captured(richRegistry()), dropped_through: 4 })],
    ['seq above the last', () => ({ ...captured(richRegistry()), last_seq: 2, watermark: 2, cursors })],
    ['seq given twice', () => changed('operations', 2, another('completion', completionOf(2)))],
    [
      'seq given again after eviction',
      () => changed('operations', 2, another('completion', completionOf(1))),
    ],
    [
      'end in a phase that has no such end',
      () => changed('operations', 1, (record) => ({ ...record, phase: 'provisioning', started_at_ms: null })),
    ],
    ['phase that contradicts the start', () => changed('operations', 0, another('started_at_ms', null))],
    ['operation held and evicted', () => changed('tombstones', 0, another('operation_id', 'a'))],
    ['operation held twice', () => changed('operations', 2, () => readBack(1))],
    ['open wait without an awaited member', () => changed('barriers', 0, another('members', []))],
    ['satisfied wait with one', () => changed('barriers', 0, another('satisfied_at_ms', 9))],
    ['wait for an unknown operation', () => changed('barriers', 0, another('members', [['nobody', null]]))],
    ['wait for what has ended', () => changed('barriers', 0, another('members', [['a', null]]))],
  ])('a snapshot that no log can lead to is refused: %s', (_what, make) => {
    expect(restoring(make())).toThrow(expect.objectContaining({ code: 'OPERATIONS_CORRUPT' }));
  });
});

function readBack(index: number): CborValue {
  const operations = readArray(captured(richRegistry())['operations'], 'operations');
  return decode(readBytes(operations[index], 'operation'));
}

function completionOf(seq: number): CborValue {
  const completion = readRecord(readRecord(readBack(2), 'operation')['completion'], 'completion');
  return { ...completion, seq };
}

describe('replay', () => {
  test('of the log, from its bytes, gives the live state, with entries of every kind', () => {
    const registry = new Registry({ completedMax: 1, tombstonesMax: 1 });
    registry.do(
      ...running('m', member),
      peerReady('m'),
      progress('m', 'half', 50),
      progress('m'),
      retire('m'),
    );
    registry.do(register('r'), rollBack('r'), waitAll('w', 'm'), waitAll('x', 'm'), cancelWait('x'));
    registry.do(end('mark_retired', 'm'), acknowledge('w'), advance({ applied: 1 }));
    for (const [kind, id] of [
      ['fail_operation', 'f'],
      ['abort_provisioning', 'g'],
      ['cancel_operation', 'h'],
    ] as const) {
      registry.do(
        register(id, { source: { kind: 'backend_peer', peerId: id, address: 'here' } }),
        end(kind, id),
      );
    }
    registry.do(...running('j', { source: detachedJob }), complete('j'), register('t'));
    registry.do(terminateOwner('other'), terminateOwner());
    const replayed = registry.replayed();
    expect(replayed.log).toEqual(registry.log);
    expect(replayed.bytes()).toBe(registry.bytes());
    expect(registry.restarted().bytes()).toBe(registry.bytes());
    expect(new Set(registry.log.map(({ kind }) => kind)).size).toBe(15);
  });

  test('of entries that were never decided is refused', () => {
    const atMs = 1;
    const outcome = { kind: 'retired' } as const;
    const registry = new Registry();
    registry.do(
      register('p'),
      ...completed('a'),
      ...running('r'),
      waitAll('w', 'r'),
      end('fail_operation', 'p'),
    );
    for (const entry of [
      { kind: 'operation_ended', operationId: 'a', outcome, seq: 3, atMs },
      { kind: 'operation_ended', operationId: 'r', outcome, seq: 2, atMs },
      { kind: 'operation_ended', operationId: 'r', outcome, seq: 4, atMs },
      { kind: 'operation_ended', operationId: 'r', outcome: { kind: 'aborted', reason: null }, seq: 3, atMs },
      { kind: 'operation_ended', operationId: 'nobody', outcome, seq: 3, atMs },
      { kind: 'operation_started', operationId: 'r', atMs },
      { kind: 'operation_started', operationId: 'nobody', atMs },
      { kind: 'operation_evicted', operationId: 'r', atMs },
      { kind: 'operation_evicted', operationId: 'nobody', atMs },
      { kind: 'tombstone_dropped', operationId: 'a', atMs },
      { kind: 'owner_forgotten', ownerSessionId: 'session', atMs },
      { kind: 'barrier_opened', requestId: 'w', operationIds: ['r'], atMs },
      { kind: 'barrier_opened', requestId: 'x', operationIds: ['nobody'], atMs },
      { kind: 'barrier_satisfied', requestId: 'w', answers: [], atMs },
      { kind: 'barrier_satisfied', requestId: 'x', answers: [], atMs },
      { kind: 'barrier_closed', requestId: 'x', why: 'cancelled', atMs },
      { kind: 'cursors_advanced', cursors: { applied: 3, observed: 0, injected: 0 }, atMs },
      registry.log[0],
    ] as const) {
      if (entry === undefined) throw new Error('nothing was recorded');
      const before = registry.bytes();
      expect(() => registry.projection.apply(registry.state, entry, 99)).toThrow(
        expect.objectContaining({ code: 'OPERATIONS_CORRUPT' }),
      );
      expect(registry.bytes()).toBe(before);
    }
    registry.do(complete('r'));
  });
});
