import { describe, expect, test } from 'vitest';
import {
  type CanonicalRequest,
  canonicalRequest,
  readCanonicalRequest,
  requestOf,
} from '../../../src/remote/canonical-request.js';
import type { Computation } from '../../../src/remote/computation.js';
import { ComputationRegistry, type ComputationHandler } from '../../../src/remote/computation-registry.js';
import { deriveKey, keyOf, stepKey } from '../../../src/remote/idempotency-key.js';
import { digestHex } from '../../../src/codec/digest.js';

const text = (content: string): Uint8Array => new Uint8Array(Buffer.from(content));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const stat: Computation = { kind: 'segment_stat' };
const custom = (name: string): Computation => ({ kind: 'custom', name });
const canonical = (computation: Computation, input: string | Uint8Array): CanonicalRequest =>
  canonicalRequest({ computation, input: typeof input === 'string' ? text(input) : input });
const invalid = (fault: string) => expect.objectContaining({ code: 'REMOTE_INVALID_REQUEST', fault });

describe('canonical request bytes are those of the reference', () => {
  test('of a standard computation', () => {
    expect(hex(canonical(stat, new Uint8Array([1, 2, 3])))).toBe(
      '110000006673716c6974653a72656d6f74653a7631040c0000007365676d656e745f7374617403000000010203',
    );
  });

  test('of one of one’s own, without an input', () => {
    expect(hex(canonical(custom('x'), ''))).toMatch(/31ff010000007800000000$/u);
  });

  test.each<readonly [Computation, number]>([
    [{ kind: 'symbol_get_range' }, 0x01],
    [{ kind: 'symbol_put_batch' }, 0x02],
    [{ kind: 'segment_put' }, 0x03],
    [{ kind: 'segment_stat' }, 0x04],
    [custom('pay'), 0xff],
  ])('with the tag of %o', (computation, tag) => {
    expect(canonical(computation, '')[21]).toBe(tag);
  });

  test('and are 30 more than its name and input', () => {
    const input = 'obj=01;esi=0..7;epoch=2';
    expect(canonical({ kind: 'symbol_get_range' }, input)).toHaveLength(30 + 16 + input.length);
  });

  test('and tell again what was asked for, sharing nothing', () => {
    const input = new Uint8Array([1, 2, 3]);
    const bytes = canonical(custom('zählen'), input);
    input.fill(9);
    expect(requestOf(bytes)).toEqual({ computation: custom('zählen'), input: new Uint8Array([1, 2, 3]) });
    requestOf(bytes).input.fill(9);
    expect(requestOf(bytes).input).toEqual(new Uint8Array([1, 2, 3]));
  });

  test('one of one’s own that is called as a standard one is another one', () => {
    expect(hex(canonical(custom('segment_put'), ''))).not.toBe(hex(canonical({ kind: 'segment_put' }, '')));
  });

  test.each([
    ['', 'an empty name'],
    ['\ud800', 'a name that is no text'],
    ['x'.repeat(257), 'a long name'],
  ])('and there are none of %j, %s', (name) => {
    expect(() => canonical(custom(name), '')).toThrow(invalid('computation_name'));
  });

  test('and there are none of an input above the limit', () => {
    expect(canonical(stat, new Uint8Array(1_048_576))).toHaveLength(30 + 12 + 1_048_576);
    expect(() => canonical(stat, new Uint8Array(1_048_577))).toThrow(invalid('input_too_large'));
  });

  test('and no others are read as such', () => {
    const good = canonical(stat, 'abc');
    const changed = (change: (bytes: Uint8Array) => void): Uint8Array => {
      const bytes = good.slice();
      change(bytes);
      return bytes;
    };
    const forged = [
      new Uint8Array(),
      good.slice(0, -1),
      new Uint8Array([...good, 0]),
      changed((bytes) => (bytes[0] = 18)),
      changed((bytes) => (bytes[4] = 0x46)),
      changed((bytes) => (bytes[21] = 3)),
      changed((bytes) => (bytes[21] = 5)),
      changed((bytes) => (bytes[22] = 200)),
      changed((bytes) => (bytes[26] = 0xff)),
      changed((bytes) => (bytes[38] = 4)),
    ];
    for (const bytes of forged) {
      expect(() => readCanonicalRequest(bytes, 'request')).toThrow(/canonical request bytes/u);
    }
    const spoilt = canonical(stat, 'abc');
    spoilt[0] = 0;
    expect(() => requestOf(spoilt)).toThrow(/changed/u);
  });
});

describe('keys are the golden vectors of the reference', () => {
  test.each([
    ['', 'df5dc10eae7d6fe5a4057d42cb10511f'],
    ['segment_put:abc', '74022178cd18bc104102764450b8cc0c'],
    ['saga:evict:segment-9', '81cb7a1d79b88b21ee3e05bc7d5a4490'],
    ['saga:compaction:restart', 'ac2dc3a3881e73ef27fb322335b36cc1'],
  ])('derived from %j', (content, key) => {
    expect(deriveKey(text(content))).toBe(key);
  });

  test.each<readonly [string, Computation, string | Uint8Array, string]>([
    ['segment_stat', stat, new Uint8Array([1, 2, 3]), '079aaa334743c5364b2cd749229ffe9a'],
    [
      'symbol_get_range',
      { kind: 'symbol_get_range' },
      'obj=01;esi=0..7;epoch=2',
      'e865cd87264b727237bab155b1521a38',
    ],
    ['a custom one', custom('x'), '', 'ff3f821e7a9d66807f5c98af2b199307'],
  ])('of a request for %s', (_name, computation, input, key) => {
    expect(keyOf({ kind: 'request' }, canonical(computation, input))).toBe(key);
  });

  test.each([
    ['saga:evict:segment-9', '09', 'segment_put', '178d5aeee30ee97e8d90f0b4adc5fed9'],
    ['saga:compaction:restart', '15', 'compaction_segment_put', '986ea8157b8d85e9e24e7d98addfc66e'],
    ['saga:compaction:restart', '65', 'compaction_manifest_publish', '29c310d7d2826436061d8b64b4198b56'],
  ])('of a step of %s upon 16 times %s, %s', (flow, byte, step, key) => {
    expect(stepKey({ kind: 'step', flow: deriveKey(text(flow)), object: byte.repeat(16), step })).toBe(key);
  });

  test('with the domain twice, since canonical bytes begin with it: the other form is another key', () => {
    const bytes = canonical(stat, new Uint8Array([1, 2, 3]));
    expect(digestHex(bytes).slice(0, 32)).toBe('fce1fbfe57a53edbfec0ff23e2c79e45');
    expect(keyOf({ kind: 'request' }, bytes)).not.toBe('fce1fbfe57a53edbfec0ff23e2c79e45');
  });
});

describe('a key', () => {
  const flow = deriveKey(text('flow'));
  const object = '00'.repeat(16);

  test('K1: of a request follows from what is asked for alone', () => {
    const [one, other] = [canonical(stat, 'abc'), canonical(stat, 'abc')];
    expect(keyOf({ kind: 'request' }, one)).toBe(keyOf({ kind: 'request' }, other));
  });

  test('F29: of a request with another epoch in its input is another one', () => {
    const keys = ['epoch=7', 'epoch=8'].map((input) => keyOf({ kind: 'request' }, canonical(stat, input)));
    expect(new Set(keys).size).toBe(2);
  });

  test('of a step does not depend on what the step is given, and does on flow, object and name', () => {
    const step = { kind: 'step', flow, object, step: 'put' } as const;
    const keys = [
      keyOf(step, canonical(stat, 'a')),
      keyOf(step, canonical(stat, 'b')),
      stepKey({ ...step, step: 'publish' }),
      stepKey({ ...step, object: '01'.repeat(16) }),
      stepKey({ ...step, flow: deriveKey(text('another')) }),
    ];
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(4);
  });

  test('of a step is refused for an object or a name that is none', () => {
    const step = { kind: 'step', flow, object, step: 'put' } as const;
    expect(() => stepKey({ ...step, object: 'segment-9' })).toThrow(invalid('identity'));
    expect(() => stepKey({ ...step, step: '' })).toThrow(invalid('identity'));
    expect(() => stepKey({ ...step, step: '\udc00' })).toThrow(invalid('identity'));
    expect(() => stepKey({ ...step, step: 'x'.repeat(1025) })).toThrow(invalid('identity'));
  });
});

describe('the registry of computations', () => {
  const handler: ComputationHandler = async (input) => input;
  const other: ComputationHandler = async () => new Uint8Array();

  test('F28: binds a name to what is done: a request brings no code', () => {
    const registry = new ComputationRegistry([
      [stat, handler],
      [custom('segment_stat'), other],
    ]);
    expect(registry.handlerOf({ kind: 'segment_stat' })).toBe(handler);
    expect(registry.handlerOf(custom('segment_stat'))).toBe(other);
  });

  test('refuses a name that nothing is bound to', () => {
    const registry = new ComputationRegistry([[stat, handler]]);
    expect(() => registry.handlerOf(custom('unregistered'))).toThrow(
      expect.objectContaining({ code: 'REMOTE_UNKNOWN_COMPUTATION', computation: custom('unregistered') }),
    );
  });

  test('refuses two handlers for one name', () => {
    const bindings = [
      [custom('pay'), handler],
      [custom('pay'), other],
    ] as const;
    expect(() => new ComputationRegistry(bindings)).toThrow(
      expect.objectContaining({ code: 'REMOTE_COMPUTATION_BOUND_TWICE' }),
    );
  });
});
