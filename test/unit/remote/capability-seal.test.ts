import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../../src/codec/cbor.js';
import { ShapeError } from '../../../src/codec/codec-error.js';
import {
  decodeRemoteCapability,
  encodeRemoteCapability,
  isSealed,
  sealCapability,
  Unsealable,
} from '../../../src/remote/capability-seal.js';

const secret = new Uint8Array(32).fill(7);
const fields = {
  sessionId: 'order-1',
  generation: 3,
  computations: ['4:segment_stat', '3:segment_put'],
  grantedForMs: 5_000,
};

describe('a capability', () => {
  test('is believed under the secret that it was sealed with', () => {
    const capability = sealCapability(secret, fields);
    expect(isSealed(secret, capability)).toBe(true);
    expect(capability.computations).toEqual(['3:segment_put', '4:segment_stat']);
  });

  test('has the same seal each time, so that a claim that is given again gets the same', () => {
    expect(sealCapability(secret, fields)).toEqual(sealCapability(new Uint8Array(secret), fields));
    expect(sealCapability(secret, fields).seal).toMatch(/^[0-9a-f]{64}$/u);
  });

  test.each([
    ['another secret', new Uint8Array(32).fill(8), {}],
    ['a secret that differs in its last bit alone', new Uint8Array(32).fill(7).fill(6, 31), {}],
    ['another session', secret, { sessionId: 'order-2' }],
    ['a later generation', secret, { generation: 4 }],
    ['another computation', secret, { computations: ['3:segment_put', '4:segment_stat', '255:x'] }],
    ['fewer computations', secret, { computations: ['3:segment_put'] }],
    ['two computations run together', secret, { computations: ['3:segment_put4:segment_stat'] }],
    ['a longer time', secret, { grantedForMs: 50_000 }],
    ['no seal', secret, { seal: '' }],
    ['a seal of zeros', secret, { seal: '0'.repeat(64) }],
    ['text that is none', secret, { sessionId: '\ud800' }],
    ['a number that is none', secret, { generation: -1 }],
  ])('F25: is not believed with %s', (_what, with_, change) => {
    expect(isSealed(with_, { ...sealCapability(secret, fields), ...change })).toBe(false);
  });

  test('F25: with any one digit of its seal changed is not believed', () => {
    const capability = sealCapability(secret, fields);
    for (let index = 0; index < 64; index += 1) {
      const digit = capability.seal[index] === '0' ? '1' : '0';
      const seal = capability.seal.slice(0, index) + digit + capability.seal.slice(index + 1);
      expect(isSealed(secret, { ...capability, seal })).toBe(false);
    }
  });

  test('cannot be sealed under a secret that is none, or with fields that are none', () => {
    expect(() => sealCapability(new Uint8Array(16), fields)).toThrow(Unsealable);
    expect(() => isSealed(new Uint8Array(0), { ...fields, seal: '' })).toThrow(Unsealable);
    expect(() => sealCapability(secret, { ...fields, sessionId: '\udc00' })).toThrow(Unsealable);
    expect(() => sealCapability(secret, { ...fields, grantedForMs: 0.5 })).toThrow(Unsealable);
  });

  test('travels as it is', () => {
    const capability = sealCapability(secret, fields);
    const travelled = decodeRemoteCapability(
      decode(encode(encodeRemoteCapability(capability))),
      'capability',
    );
    expect(travelled).toEqual(capability);
    expect(() => decodeRemoteCapability({ session_id: 'a' }, 'capability')).toThrow(ShapeError);
  });
});
