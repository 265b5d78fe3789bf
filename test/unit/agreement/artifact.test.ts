import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  agreementWalOf,
  ArtifactError,
  decodeArtifact,
  type DurabilityArtifact,
  durabilitySchema,
  encodeArtifact,
  evidenceOutcomeCacheOf,
  exportWal,
} from '../../../src/agreement/artifact.js';
import { encodeEntry } from '../../../src/agreement/entry-codec.js';
import { encode, encodedBytesMax } from '../../../src/codec/cbor.js';
import { encodeVersioned } from '../../../src/codec/schema.js';
import { finalizedRoom, sampleWal, witness } from './fixtures.js';

const prefix =
  'a26e736368656d615f76657273696f6e781e74656c6c74616c652e6d616368696e652e6475726162696c6974792e7631677061796c6f6164';

const emptyWal: DurabilityArtifact = { kind: 'agreement_wal', entries: [] };
const sample: DurabilityArtifact = { kind: 'agreement_wal', entries: sampleWal };
const blockedCache: DurabilityArtifact = {
  kind: 'evidence_outcome_cache',
  entries: [
    {
      evidence_id: 'evidence#2',
      interface_name: 'Storage',
      operation_name: 'write',
      outcome: { status: { status: 'blocked' }, response: null },
    },
  ],
};
const metadata: DurabilityArtifact = {
  kind: 'recovery_metadata',
  metadata: {
    checkpointTick: 10,
    walTailStartTick: 11,
    highestRecoveredTick: 13,
    resumedOperationIds: ['op#2'],
    terminalOperationIds: ['op#1'],
    cachedEvidenceIds: ['evidence#2'],
  },
};

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function failure(run: () => unknown): ArtifactError {
  try {
    run();
  } catch (error) {
    if (error instanceof ArtifactError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('bytes are those of the reference', () => {
  test('the empty agreement WAL', () => {
    const bytes = encodeArtifact(emptyWal);
    expect(bytes.length).toBe(94);
    expect(hex(bytes)).toBe(
      `${prefix}a2646b696e646d61677265656d656e745f77616c677061796c6f6164a167656e747269657380`,
    );
  });

  test('the sample WAL of four entries', () => {
    const bytes = encodeArtifact(sample);
    expect(bytes.length).toBe(606);
    expect(sha256(bytes)).toBe('89db696663f0e24495cd0d875adc6811f88788c42e85cfd31c7d579193927aa8');
  });

  test('one escalation', () => {
    const escalation = sampleWal.find((entry) => entry.kind === 'escalation');
    expect(hex(encode(escalation === undefined ? null : encodeEntry(escalation)))).toBe(
      'a6646b696e646a657363616c6174696f6e6c6f7065726174696f6e5f6964646f7023316e70726576696f75735f6c6576656c6b70726f766973696f6e616c696e65775f6c6576656c69736f66745f736166656b65766964656e63655f69646a65766964656e63652331647469636b04',
    );
  });

  test('the empty evidence outcome cache', () => {
    const bytes = encodeArtifact({ kind: 'evidence_outcome_cache', entries: [] });
    expect(bytes.length).toBe(103);
    expect(hex(bytes)).toBe(
      `${prefix}a2646b696e647665766964656e63655f6f7574636f6d655f6361636865677061796c6f6164a167656e747269657380`,
    );
  });

  test('a cache with one blocked outcome', () => {
    const bytes = encodeArtifact(blockedCache);
    expect(bytes.length).toBe(213);
    expect(hex(bytes)).toBe(
      `${prefix}a2646b696e647665766964656e63655f6f7574636f6d655f6361636865677061796c6f6164a167656e747269657381a46b65766964656e63655f69646a65766964656e636523326e696e746572666163655f6e616d656753746f726167656e6f7065726174696f6e5f6e616d65657772697465676f7574636f6d65a266737461747573a16673746174757367626c6f636b656468726573706f6e7365f6`,
    );
  });

  test('recovery metadata', () => {
    const bytes = encodeArtifact(metadata);
    expect(bytes.length).toBe(240);
    expect(sha256(bytes)).toBe('c84eb4c6555ec5f658b0702536a704aa5b1c192366198b4d9ed640b15991652e');
  });

  test('two encodings of the same entries are the same bytes', () => {
    expect(encodeArtifact(sample)).toEqual(encodeArtifact(structuredClone(sample)));
  });
});

describe('round trips', () => {
  test.each([
    ['an empty WAL', emptyWal],
    ['the sample WAL', sample],
    ['a cache with a blocked outcome', blockedCache],
    ['recovery metadata', metadata],
  ])('%s', (_name, artifact) => {
    expect(decodeArtifact(encodeArtifact(artifact))).toEqual(artifact);
  });

  test('keys may come in any order, unknown ones are ignored, and optional ones may be missing', () => {
    const bytes = encode({
      payload: {
        note: 'unknown',
        payload: { entries: [{ outcome: 'aborted', kind: 'finalization', tick: 3, operation_id: 'op#1' }] },
        kind: 'agreement_wal',
      },
      schema_version: durabilitySchema,
    });
    expect(decodeArtifact(bytes)).toEqual({
      kind: 'agreement_wal',
      entries: [
        {
          kind: 'finalization',
          operationId: 'op#1',
          outcome: 'aborted',
          materializationProofId: null,
          canonicalHandleId: null,
          tick: 3,
        },
      ],
    });
  });

  test('metadata may hold nothing but its checkpoint', () => {
    const bytes = encodeVersioned(durabilitySchema, {
      kind: 'recovery_metadata',
      payload: { checkpoint_tick: 7 },
    });
    expect(decodeArtifact(bytes)).toEqual({
      kind: 'recovery_metadata',
      metadata: {
        checkpointTick: 7,
        walTailStartTick: null,
        highestRecoveredTick: null,
        resumedOperationIds: [],
        terminalOperationIds: [],
        cachedEvidenceIds: [],
      },
    });
  });

  test('an export shows the four kinds of the reference and no registration', () => {
    const room = finalizedRoom();
    const entries = agreementWalOf(exportWal(room.log));
    expect(room.log.map(({ kind }) => kind)).toContain('contract_registered');
    expect(entries.map((entry) => entry.kind)).toEqual([
      'escalation',
      'evidence_produced',
      'escalation',
      'evidence_produced',
      'escalation',
      'finalization',
    ]);
  });
});

describe('what is no artifact is refused', () => {
  const bytes = encodeArtifact(sample);

  test.each([
    ['text', new TextEncoder().encode('not cbor')],
    ['nothing', new Uint8Array(0)],
    ['half of an artifact', bytes.subarray(0, bytes.length >> 1)],
    ['an artifact without its last byte', bytes.subarray(0, bytes.length - 1)],
    ['an unknown payload kind', encodeVersioned(durabilitySchema, { kind: 'other', payload: {} })],
    [
      'an entry that no artifact holds',
      encodeVersioned(durabilitySchema, {
        kind: 'agreement_wal',
        payload: { entries: [{ kind: 'operation_forgotten', operation_id: 'op#1', tick: 1 }] },
      }),
    ],
    [
      'an entry without a tick',
      encodeVersioned(durabilitySchema, {
        kind: 'agreement_wal',
        payload: { entries: [{ kind: 'evidence_produced' }] },
      }),
    ],
  ])('%s', (_name, input) => {
    const error = failure(() => decodeArtifact(input));
    expect(error.code).toBe('AGREEMENT_ARTIFACT_DECODE');
    expect(error.message).toMatch(/^decode persisted durability artifact: /);
    expect(error.message).not.toContain('\n');
  });

  test('D29: bytes behind the artifact are refused, not ignored', () => {
    const error = failure(() => decodeArtifact(new Uint8Array([...bytes, 0])));
    expect(error.message).toMatch(/^decode persisted durability artifact: /);
  });

  test('another schema version is named', () => {
    const error = failure(() => decodeArtifact(encodeVersioned('telltale.machine.durability.v2', {})));
    expect(error.code).toBe('AGREEMENT_ARTIFACT_VERSION');
    expect(error.message).toBe(
      'unsupported persisted durability schema version `telltale.machine.durability.v2`',
    );
  });

  test('D26: what could not be read again is not written', () => {
    const huge = witness('alice', { reference: 'x'.repeat(encodedBytesMax) });
    const entries = [{ kind: 'evidence_produced', evidence: huge, tick: 1 }] as const;
    const error = failure(() => encodeArtifact({ kind: 'agreement_wal', entries }));
    expect(error.code).toBe('AGREEMENT_ARTIFACT_ENCODE');
    expect(error.message).toMatch(/^encode persisted durability artifact: /);
  });

  test('D26: more than 64 MiB are refused unread, with both sizes', () => {
    const error = failure(() => decodeArtifact(new Uint8Array(encodedBytesMax + 1)));
    expect(error.message).toBe(
      'decode persisted durability artifact: input is 67108865 bytes, max is 67108864',
    );
  });
});

describe('a payload of another kind is named', () => {
  test('instead of an agreement WAL', () => {
    expect(agreementWalOf(sample)).toEqual(sampleWal);
    expect(failure(() => agreementWalOf(blockedCache))).toMatchObject({
      code: 'AGREEMENT_ARTIFACT_KIND',
      message:
        'persisted durability artifact contains an evidence outcome cache payload, not an agreement WAL',
    });
    expect(failure(() => agreementWalOf(metadata)).message).toBe(
      'persisted durability artifact contains recovery metadata, not an agreement WAL',
    );
  });

  test('instead of an evidence outcome cache', () => {
    expect(evidenceOutcomeCacheOf(blockedCache)).toEqual(blockedCache.entries);
    expect(failure(() => evidenceOutcomeCacheOf(sample)).message).toBe(
      'persisted durability artifact contains an agreement WAL payload, not an evidence outcome cache',
    );
    expect(failure(() => evidenceOutcomeCacheOf(metadata)).message).toBe(
      'persisted durability artifact contains recovery metadata, not an evidence outcome cache',
    );
  });
});
