import * as fc from 'fast-check';
import type { CborValue } from '../../../src/codec/cbor.js';

/** Where heads grow, where numbers become bigints, and where floats are strange. */
const edgeNumbers = [
  0,
  1,
  23,
  24,
  0xff,
  0x100,
  0xffff,
  0x10000,
  0x7fffffff,
  0x80000000,
  0xffffffff,
  0x100000000,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 64,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  0.5,
  Infinity,
];
const edgeBigints = [
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
  -(2n ** 53n),
  -(2n ** 63n),
];

/** -0 is the one number that does not come back as itself: it has tests of its own. */
const double = fc.double().map((value) => (value === 0 ? 0 : value));

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  double,
  fc.constantFrom(...edgeNumbers),
  fc.constantFrom(...edgeNumbers.slice(1).map((edge) => -edge)),
);

const bigint = fc.oneof(
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  fc.constantFrom(...edgeBigints),
);

/** Around 16, 32, 64 and 256 units cbor-x changes how it writes and reads text. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary', minLength: 10, maxLength: 80 }),
  fc.string({ unit: 'grapheme-ascii', minLength: 20, maxLength: 70 }),
  fc
    .tuple(fc.constantFrom('a', 'é', '\u3042', '\u{1f6a2}', '\ufeff', '\0'), fc.nat(300))
    .map(([unit, count]) => unit.repeat(count)),
  fc.nat(300).map((count) => `\ufeff${'x'.repeat(count)}`),
);

const key = fc
  .oneof(
    text,
    fc.nat(1000).map(String),
    fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'toJSON', 'length', 'then', ''),
  )
  .filter((name) => name !== '__proto__');

const { scalar, container } = fc.letrec<{ scalar: CborValue; container: CborValue; value: CborValue }>(
  (tie) => ({
    scalar: fc.oneof(
      fc.constant(null),
      fc.boolean(),
      number,
      bigint,
      text,
      fc.uint8Array({ maxLength: 300 }),
    ),
    container: fc.oneof(
      fc.array(tie('value'), { maxLength: 30 }),
      fc.dictionary(key, tie('value'), { maxKeys: 30, noNullPrototype: true }),
    ),
    value: fc.oneof({ maxDepth: 6, depthSize: 'small' }, tie('scalar'), tie('container')),
  }),
);

/** Any data, up to seven containers deep. */
export const arbitraryValue: fc.Arbitrary<CborValue> = fc.oneof(scalar, { arbitrary: container, weight: 3 });
