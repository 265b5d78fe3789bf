import { execFileSync } from 'node:child_process';
import { Encoder } from 'cbor-x/index-no-eval';
import { expect, test } from 'vitest';
import {
  type CborValue,
  decode,
  encode,
  encodeCanonical,
  encodedBytesMax,
  itemsMax,
  nestingMax,
} from '../../../src/codec/cbor.js';
import { fromHex, nested, refusal, toHex } from './support.js';

/** What a caller without types can pass. */
const encodeUnknown = (value: unknown): Uint8Array => Reflect.apply(encode, undefined, [value]);

test('plain data survives', () => {
  const value = {
    whole: [0, -1, 23, 24, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    wide: [2n ** 53n, 2n ** 64n - 1n, -(2n ** 63n)],
    float: [1.5, -0.1, 2 ** 53, 1e300, Infinity, -Infinity, NaN],
    text: ['', 'ship', '\u{1f6a2}', '\0'],
    bytes: new Uint8Array([0, 255]),
    rest: [null, true, false, [], {}],
  };
  expect(decode(encode(value))).toStrictEqual(value);
});

test.each([
  [0, '00'],
  [23, '17'],
  [24, '1818'],
  [255, '18ff'],
  [256, '190100'],
  [65_535, '19ffff'],
  [65_536, '1a00010000'],
  [4_294_967_295, '1affffffff'],
  [4_294_967_296, '1b0000000100000000'],
  [1_000_000_000_000, '1b000000e8d4a51000'],
  [Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
  [2n ** 53n, '1b0020000000000000'],
  [2n ** 64n - 1n, '1bffffffffffffffff'],
  [-1, '20'],
  [-24, '37'],
  [-25, '3818'],
  [-4_294_967_296, '3affffffff'],
  [-4_294_967_297, '3b0000000100000000'],
  [-(2n ** 63n), '3b7fffffffffffffff'],
])('%s is written as a shortest-form integer', (value, hex) => {
  expect(toHex(encode(value))).toBe(hex);
  expect(decode(encode(value))).toBe(value);
});

test.each([
  [1.1, 'fb3ff199999999999a'],
  [2 ** 53, 'fb4340000000000000'],
  [Infinity, 'fb7ff0000000000000'],
])('%s is written as a binary64 float', (value, hex) => {
  expect(toHex(encode(value))).toBe(hex);
  expect(decode(encode(value))).toBe(value);
});

test('every NaN is the same NaN, however it came about', () => {
  const strange = new Float64Array(new Uint32Array([7, 0xfff8_0000]).buffer)[0] ?? 0;
  const computed = Number('0') / Number('0');
  for (const nan of [NaN, strange, computed, -computed])
    expect(toHex(encode([nan]))).toBe('81fb7ff8000000000000');
});

test('-0 is written as 0', () => {
  expect(toHex(encode(-0))).toBe('00');
  expect(Object.is(decode(encode(-0)), 0)).toBe(true);
});

test.each([
  ['undefined', undefined, '$: undefined is not data'],
  ['undefined in a record', { a: { b: undefined } }, '$.a.b: undefined is not data'],
  ['undefined in an array', [1, undefined], '$[1]: undefined is not data'],
  ['a hole in an array', [1, , 3], '$[1]: undefined is not data'], // eslint-disable-line no-sparse-arrays
  ['a function', { act: () => 1 }, '$.act: a function is not data'],
  ['a symbol', [Symbol('s')], '$[0]: a symbol is not data'],
  ['a date', { 'odd key': new Date(0) }, '$["odd key"]: only plain objects'],
  ['a map', new Map([['a', 1]]), '$: only plain objects'],
  ['a set', new Set([1]), '$: only plain objects'],
  ['a regular expression', /a/, '$: only plain objects'],
  ['an error', new Error('no'), '$: only plain objects'],
  ['a typed array that is not of bytes', new Uint16Array(1), '$: only plain objects'],
  ['an array buffer', new ArrayBuffer(1), '$: only plain objects'],
  ['a boxed number', Object(1), '$: only plain objects'],
  ['a class instance', new URL('sea:worthy'), '$: only plain objects'],
  ['a bigint that a number can hold', 5n, '$: 5n is in the safe range'],
  ['a bigint above 64 bits', 2n ** 64n, '$: a bigint outside'],
  ['a bigint below 64 bits', -(2n ** 63n) - 1n, '$: a bigint outside'],
  ['a lone high surrogate', 'a\ud800', '$: text with a lone surrogate'],
  ['a lone low surrogate in a long text', `\udc00${'x'.repeat(100)}`, '$: text with a lone surrogate'],
  ['surrogates in the wrong order', '\udc00\ud800', '$: text with a lone surrogate'],
  ['a key with a lone surrogate', { '\ud800': 1 }, '$["\\ud800"]: text with a lone surrogate'],
  ['the key __proto__', JSON.parse('{"a":[{"__proto__":1}]}'), '$.a[0].__proto__: the key __proto__'],
])('%s is not data', (_, value: unknown, message) => {
  const error = refusal(() => encodeUnknown(value));
  expect(error.code).toBe('CODEC_UNSUPPORTED_VALUE');
  expect(error.message.startsWith(message)).toBe(true);
});

test('a value that contains itself is refused, near and far', () => {
  const near: unknown[] = [];
  near.push(1, near);
  const far: Record<string, unknown> = {};
  far['a'] = { b: [{ c: far }] };
  for (const value of [near, far]) {
    expect(refusal(() => encodeUnknown(value))).toMatchObject({
      code: 'CODEC_UNSUPPORTED_VALUE',
      reason: 'a value that contains itself is not data',
    });
  }
});

test('a part that occurs twice is written twice', () => {
  const part = { a: 1 };
  expect(decode(encode([part, part]))).toStrictEqual([{ a: 1 }, { a: 1 }]);
});

test('a getter is asked once, so what was checked is what is written', () => {
  let asked = 0;
  const sly = {
    get value(): unknown {
      asked += 1;
      return asked === 1 ? 'data' : () => 'code';
    },
  };
  expect(decode(encodeUnknown(sly))).toStrictEqual({ value: 'data' });
  expect(asked).toBe(1);
});

test('records without a prototype, Buffers and keys with a meaning in JavaScript are data', () => {
  const bare: Record<string, CborValue> = Object.create(null);
  bare['constructor'] = 'Array';
  bare['toJSON'] = 1;
  bare['hasOwnProperty'] = null;
  expect(decode(encode(bare))).toEqual({ constructor: 'Array', toJSON: 1, hasOwnProperty: null });
  const bytes = decode(encode(Buffer.from('abc')));
  expect(Buffer.isBuffer(bytes)).toBe(false);
  expect(bytes).toStrictEqual(new Uint8Array([97, 98, 99]));
});

test('a byte order mark survives at the start of a text and of a key, short or long', () => {
  for (const length of [0, 60, 61, 62, 63, 250, 252, 253, 254, 65_530, 65_533, 70_000]) {
    const text = `\ufeff${'x'.repeat(length)}`;
    const value = [text, { [text]: text }, `a${text}`];
    expect(decode(encode(value))).toStrictEqual(value);
  }
  const twice = `\ufeff\ufeff${'y'.repeat(100)}`;
  expect(decode(encode(twice))).toBe(twice);
});

test('keys are written as JavaScript lists them, and sorted by their bytes in the canonical form', () => {
  const value = { bb: 1, a: 2, '\ue000': 3, '\u{10000}': 4, 10: 5, aa: 6 };
  expect(toHex(encode(value))).toBe('a6623130056262620161610263ee80800364f09080800462616106');
  expect(toHex(encodeCanonical(value))).toBe('a661610262313005626161066262620163ee80800364f090808004');
});

test('what comes back shares nothing with the bytes, and the bytes are left as they were', () => {
  const bytes = encode({ a: new Uint8Array([1, 2, 3]) });
  const before = toHex(bytes);
  const value = decode(bytes);
  expect(Object.keys(bytes)).not.toContain('dataView');
  expect(toHex(bytes)).toBe(before);
  bytes.fill(0);
  expect(value).toStrictEqual({ a: new Uint8Array([1, 2, 3]) });
});

test('bytes within a larger buffer are decoded alone', () => {
  const whole = new Uint8Array([0xff, ...encode(['a', 1.5]), 0xff]);
  expect(decode(whole.subarray(1, whole.length - 1))).toStrictEqual(['a', 1.5]);
});

test('an encoding is the same after thousands of others as from a fresh process', () => {
  const value = { kind: 'journaled', at: 12_345, nested: { kind: 'x', list: [1, 'two', null, true, 1.5] } };
  for (let index = 0; index < 5000; index += 1)
    encode({ [`key${index}`]: index, kind: [index], at: 'x'.repeat(index % 300) });
  encode('x'.repeat(3_000_000));
  const script = `
    import { Encoder } from 'cbor-x/index-no-eval';
    const encoder = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false });
    process.stdout.write(encoder.encode(${JSON.stringify(value)}).toString('hex'));`;
  const fresh = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(toHex(encode(value))).toBe(fresh);
});

test('W17: an encoder of cbor-x with records writes other bytes after another history, and ours does not', () => {
  const records = new Encoder({ structures: [] });
  const first = toHex(records.encode({ a: 1, b: 2 }));
  records.encode({ c: 1, d: 2 });
  const other = new Encoder({ structures: [] });
  other.encode({ c: 1, d: 2 });
  expect(toHex(other.encode({ a: 1, b: 2 }))).not.toBe(first);
  const ours = toHex(encode({ a: 1, b: 2 }));
  encode({ c: 1, d: 2 });
  expect(toHex(encode({ a: 1, b: 2 }))).toBe(ours);
});

test('the deepest value allowed survives, and one container more is refused', () => {
  const deepest = nested(nestingMax, 0);
  expect(decode(encode(deepest))).toStrictEqual(deepest);
  expect(refusal(() => encode(nested(nestingMax + 1, 0)))).toMatchObject({
    code: 'CODEC_TOO_DEEP',
    max: 64,
    where: `$${'[0]'.repeat(nestingMax)}`,
  });
});

test('D26: the longest value that decodes is the longest that encodes, and one byte more is refused by both', () => {
  const longest = new Uint8Array(encodedBytesMax - 5);
  const bytes = encode(longest);
  expect(bytes.length).toBe(67_108_864);
  expect(decode(bytes)).toHaveLength(longest.length);
  const tooLong = { code: 'CODEC_TOO_LARGE', unit: 'bytes', max: 67_108_864 };
  expect(refusal(() => encode(new Uint8Array(encodedBytesMax - 4)))).toMatchObject(tooLong);
  expect(refusal(() => decode(new Uint8Array(encodedBytesMax + 1)))).toMatchObject(tooLong);
});

test('D26: what a value is made of does not matter to its length: heads of every size are counted', () => {
  const integers = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2n ** 64n - 1n];
  const negatives = [-1, -24, -25, -256, -257, -65_536, -65_537, -(2 ** 32), -(2 ** 32) - 1, -(2n ** 63n)];
  const texts = ['', 'x'.repeat(24), 'é'.repeat(128), '\u3042'.repeat(22_000)];
  const record = { a: {}, ['k'.repeat(300)]: [1.5, NaN, null, true] };
  const made = (filler: number): CborValue => [integers, negatives, texts, record, new Uint8Array(filler)];
  const rest = encode(made(0)).length + 4;
  expect(encode(made(encodedBytesMax - rest))).toHaveLength(encodedBytesMax);
  expect(refusal(() => encode(made(encodedBytesMax - rest + 1)))).toMatchObject({ code: 'CODEC_TOO_LARGE' });
});

test('the largest number of items survives, and one more is refused', () => {
  const most = Array.from({ length: itemsMax - 1 }, () => null);
  expect(decode(encode(most))).toHaveLength(most.length);
  const tooMany = { code: 'CODEC_TOO_LARGE', unit: 'items', max: 1_000_000 };
  expect(refusal(() => encode([...most, null]))).toMatchObject(tooMany);
  const bytes = new Uint8Array(5 + itemsMax).fill(0xf6);
  bytes.set(fromHex('9a000f4240'));
  expect(refusal(() => decode(bytes))).toMatchObject(tooMany);
});

test('a value that grows when its shared parts are written out is refused before it is built', () => {
  let laughs: CborValue = 'ha';
  for (let level = 0; level < 30; level += 1) laughs = [laughs, laughs, laughs];
  expect(refusal(() => encode(laughs)).code).toBe('CODEC_TOO_LARGE');
});
