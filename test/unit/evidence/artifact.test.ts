import { describe, expect, test } from 'vitest';
import { ArtifactError, durabilitySchema, encodeArtifact } from '../../../src/agreement/artifact.js';
import type { CborValue } from '../../../src/codec/cbor.js';
import { encodeVersioned } from '../../../src/codec/schema.js';
import {
  decodeEvidenceArtifact,
  encodeEvidenceArtifact,
  exportEvidence,
  importEvidence,
} from '../../../src/evidence/artifact.js';
import type { EffectEvidence } from '../../../src/evidence/evidence.js';
import { evidence, Cache, leased, record, release, written } from './fixtures.js';

const prefix =
  'a26e736368656d615f76657273696f6e781e74656c6c74616c652e6d616368696e652e6475726162696c6974792e7631677061796c6f6164';
const emptyHex = `${prefix}a2646b696e647665766964656e63655f6f7574636f6d655f6361636865677061796c6f6164a167656e747269657380`;
const blockedHex = `${prefix}a2646b696e647665766964656e63655f6f7574636f6d655f6361636865677061796c6f6164a167656e747269657381a46b65766964656e63655f69646a65766964656e636523326e696e746572666163655f6e616d656753746f726167656e6f7065726174696f6e5f6e616d65657772697465676f7574636f6d65a266737461747573a16673746174757367626c6f636b656468726573706f6e7365f6`;

const blocked: EffectEvidence = {
  evidenceId: 'evidence#2',
  interfaceName: 'Storage',
  operationName: 'write',
  outcome: { status: 'blocked' },
};

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

/** The four fields of an artifact. */
const shown = (changes: Parameters<typeof evidence>[0]): EffectEvidence => {
  const { evidenceId, interfaceName, operationName, outcome } = evidence(changes);
  return { evidenceId, interfaceName, operationName, outcome };
};

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
  test('of an empty cache', () => {
    const bytes = exportEvidence(new Cache().state);
    expect(bytes.length).toBe(103);
    expect(hex(bytes)).toBe(emptyHex);
    expect(importEvidence(bytesOf(emptyHex))).toEqual({ usable: [], dropped: [] });
  });

  test('of a cache with one blocked outcome, which is read, written again alike, and dropped', () => {
    const bytes = bytesOf(blockedHex);
    expect(bytes.length).toBe(213);
    const entries = decodeEvidenceArtifact(bytes);
    expect(entries).toEqual([blocked]);
    expect(hex(encodeEvidenceArtifact(entries))).toBe(blockedHex);
    expect(importEvidence(bytes)).toEqual({
      usable: [],
      dropped: [{ evidence: blocked, reason: 'blocked' }],
    });
  });

  test('of a success, the tag of the response first in whatever order its keys were set', () => {
    const outcome = {
      status: 'success',
      response: { label: 'left', kind: 'choose' },
    } as const;
    const bytes = hex(encodeEvidenceArtifact([{ ...blocked, outcome }]));
    const text = (value: string) => `${(0x60 + value.length).toString(16)}${hex(Buffer.from(value))}`;
    const response = `a2${text('kind')}${text('choose')}${text('label')}${text('left')}`;
    const status = `a1${text('status')}${text('success')}`;
    expect(bytes.endsWith(`a2${text('status')}${status}${text('response')}${response}`)).toBe(true);
  });

  test('of a failure: its kind and its message within the status, and no response', () => {
    const outcome = { status: 'failure', kind: 'denied', message: 'no' } as const;
    const bytes = hex(encodeEvidenceArtifact([{ ...blocked, outcome }]));
    const text = (value: string) => `${(0x60 + value.length).toString(16)}${hex(Buffer.from(value))}`;
    const failed = `a2${text('kind')}${text('denied')}${text('message')}${text('no')}`;
    const status = `a2${text('status')}${text('failure')}${text('failure')}${failed}`;
    expect(bytes.endsWith(`a2${text('status')}${status}${text('response')}f6`)).toBe(true);
  });
});

describe('an export', () => {
  test('shows everything that is held, by id, and nothing that was evicted', () => {
    const cache = new Cache(2);
    cache.do(
      record({ evidenceId: 'c' }),
      release(),
      record({ evidenceId: 'b' }),
      record({ evidenceId: 'a' }),
    );
    expect(importEvidence(exportEvidence(cache.state))).toEqual({
      usable: [shown({ evidenceId: 'a' }), shown({ evidenceId: 'b' })],
      dropped: [],
    });
  });

  test('of equal caches is the same, also after a restart', () => {
    const [one, other] = [new Cache(), new Cache()];
    const [first, second] = [record({ evidenceId: 'b', operationId: 'op#2' }), record({ evidenceId: 'a' })];
    one.do(first, second);
    other.do(second, first);
    const restarted = one.reread();
    const bytes = hex(exportEvidence(one.state));
    expect([hex(exportEvidence(other.state)), hex(exportEvidence(restarted))]).toEqual([bytes, bytes]);
  });
});

describe('an import', () => {
  const transient = { status: 'failure', kind: 'unavailable', message: 'down' } as const;
  const permanent = { status: 'failure', kind: 'invalid_input', message: 'no such file' } as const;

  test('D19, D21: drops what may pass and what grants authority, and says why', () => {
    const entries = [
      shown({ evidenceId: 'a' }),
      shown({ evidenceId: 'b', outcome: transient }),
      shown({ evidenceId: 'c', outcome: leased }),
      shown({ evidenceId: 'd', outcome: permanent }),
      shown({ evidenceId: 'a', outcome: permanent }),
    ];
    expect(importEvidence(encodeEvidenceArtifact(entries))).toEqual({
      usable: [entries[0], entries[3]],
      dropped: [
        { evidence: entries[1], reason: 'transient_failure' },
        { evidence: entries[2], reason: 'authority' },
        { evidence: entries[4], reason: 'repeated_id' },
      ],
    });
  });

  test('is recorded once it is bound to its request', () => {
    const { usable } = importEvidence(encodeEvidenceArtifact([shown({})]));
    const cache = new Cache();
    const { fingerprint } = evidence();
    const binding = { fingerprint, operationId: 'op#1', leaseInRequest: false };
    for (const found of usable) cache.do({ kind: 'record', evidence: { ...found, ...binding } });
    expect(cache.ask('evidence#1')).toEqual({ kind: 'hit', outcome: written });
  });

  const artifactOf = (entry: CborValue) =>
    encodeVersioned(durabilitySchema, {
      kind: 'evidence_outcome_cache',
      payload: { entries: [entry] },
    });

  test('takes keys in any order, ignores unknown ones, and takes a missing response for none', () => {
    const entry = {
      note: 'unknown',
      outcome: { status: { status: 'blocked' } },
      operation_name: 'write',
      interface_name: 'Storage',
      evidence_id: 'evidence#2',
    };
    expect(decodeEvidenceArtifact(artifactOf(entry))).toEqual([blocked]);
  });

  test('of what is no evidence is refused, with its place', () => {
    const error = failure(() => importEvidence(artifactOf({ evidence_id: 'evidence#2' })));
    expect(error.code).toBe('AGREEMENT_ARTIFACT_DECODE');
    expect(error.message).toBe(
      'decode persisted durability artifact: payload.payload.entries[0].interface_name: expected text, found nothing',
    );
  });

  test('of another kind of artifact is refused, and so is half of one', () => {
    const wal = encodeArtifact({ kind: 'agreement_wal', entries: [] });
    expect(failure(() => importEvidence(wal)).message).toBe(
      'persisted durability artifact contains an agreement WAL payload, not an evidence outcome cache',
    );
    const half = bytesOf(blockedHex).subarray(0, 106);
    expect(failure(() => importEvidence(half)).message).toMatch(/^decode persisted durability artifact: /u);
  });
});
