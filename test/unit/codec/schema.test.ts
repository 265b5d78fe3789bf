import { expect, test } from 'vitest';
import { encode } from '../../../src/codec/cbor.js';
import { UnsupportedVersionError } from '../../../src/codec/codec-error.js';
import { decodeVersioned, encodeVersioned } from '../../../src/codec/schema.js';
import { fromHex, refusal, toHex } from './support.js';

const telltale = 'telltale.machine.durability.v1';
const prefix =
  'a26e736368656d615f76657273696f6e781e74656c6c74616c652e6d616368696e652e6475726162696c6974792e7631677061796c6f6164';

/** The vectors of reference/telltale.md section 6: what follows the common prefix. */
test.each([
  [
    'an empty agreement log',
    { kind: 'agreement_wal', payload: { entries: [] } },
    'a2646b696e646d61677265656d656e745f77616c677061796c6f6164a167656e747269657380',
    94,
  ],
  [
    'an empty evidence cache',
    { kind: 'evidence_outcome_cache', payload: { entries: [] } },
    'a2646b696e647665766964656e63655f6f7574636f6d655f6361636865677061796c6f6164a167656e747269657380',
    103,
  ],
  [
    'an evidence cache with a blocked outcome',
    {
      kind: 'evidence_outcome_cache',
      payload: {
        entries: [
          {
            evidence_id: 'evidence#2',
            interface_name: 'Storage',
            operation_name: 'write',
            outcome: { status: { status: 'blocked' }, response: null },
          },
        ],
      },
    },
    'a2646b696e647665766964656e63655f6f7574636f6d655f6361636865677061796c6f6164a167656e747269657381a46b65766964656e63655f69646a65766964656e636523326e696e746572666163655f6e616d656753746f726167656e6f7065726174696f6e5f6e616d65657772697465676f7574636f6d65a266737461747573a16673746174757367626c6f636b656468726573706f6e7365f6',
    213,
  ],
])('%s has the bytes of Telltale', (_, payload, rest, length) => {
  const bytes = encodeVersioned(telltale, payload);
  expect(bytes).toHaveLength(length);
  expect(toHex(bytes)).toBe(prefix + rest);
  expect(decodeVersioned(fromHex(prefix + rest), telltale)).toStrictEqual(payload);
});

test('an escalation entry has the bytes of Telltale', () => {
  const entry = {
    kind: 'escalation',
    operation_id: 'op#1',
    previous_level: 'provisional',
    new_level: 'soft_safe',
    evidence_id: 'evidence#1',
    tick: 4,
  };
  expect(toHex(encode(entry))).toBe(
    'a6646b696e646a657363616c6174696f6e6c6f7065726174696f6e5f6964646f7023316e70726576696f75735f6c6576656c6b70726f766973696f6e616c696e65775f6c6576656c69736f66745f736166656b65766964656e63655f69646a65766964656e63652331647469636b04',
  );
});

test('another version is refused, and both are named', () => {
  const error = refusal(() =>
    decodeVersioned(encodeVersioned('seaworthy.snapshot.v2', null), 'seaworthy.snapshot.v1'),
  );
  expect(error).toBeInstanceOf(UnsupportedVersionError);
  expect(error).toMatchObject({
    code: 'CODEC_UNSUPPORTED_VERSION',
    found: 'seaworthy.snapshot.v2',
    expected: 'seaworthy.snapshot.v1',
    message: 'unsupported schema version "seaworthy.snapshot.v2", expected "seaworthy.snapshot.v1"',
  });
});

test('keys of the envelope may come in any order, and unknown ones are ignored', () => {
  expect(decodeVersioned(encode({ payload: [1], note: 'x', schema_version: 'a.v1' }), 'a.v1')).toEqual([1]);
});

test.each([
  ['no map', [1], 'CODEC_UNEXPECTED_SHAPE'],
  ['no version', { payload: 1 }, 'CODEC_UNEXPECTED_SHAPE'],
  ['a version that is no text', { schema_version: 1, payload: 1 }, 'CODEC_UNEXPECTED_SHAPE'],
  ['no payload', { schema_version: 'a.v1' }, 'CODEC_UNEXPECTED_SHAPE'],
])('an envelope with %s is refused', (_, envelope, code) => {
  expect(refusal(() => decodeVersioned(encode(envelope), 'a.v1')).code).toBe(code);
});
