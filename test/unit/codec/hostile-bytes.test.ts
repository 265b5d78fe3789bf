import { Decoder } from 'cbor-x/index-no-eval';
import { expect, test } from 'vitest';
import { decode, itemsMax, nestingMax } from '../../../src/codec/cbor.js';
import { fromHex, refusal } from './support.js';

test.each([
  ['no bytes', '', 'the bytes end where an item should be at byte 0'],
  ['a map without its value', 'a16161', 'the bytes end where an item should be at byte 3'],
  ['an array in an array without its item', '8281', 'a length beyond the end of the bytes at byte 0'],
  ['an item missing at the end', '82820101', 'the bytes end where an item should be at byte 4'],
  ['half a head', '1901', 'the bytes end in a head at byte 0'],
  ['half a float', 'fb7ff8', 'the bytes end in a float at byte 0'],
  ['text longer than what is left', '636162', 'a length beyond the end of the bytes at byte 0'],
  ['a byte string of 2^64 - 1 bytes', '5bffffffffffffffff', 'a length beyond the end of the bytes at byte 0'],
  ['an array of 2^32 - 1 items', '9affffffff00', 'a length beyond the end of the bytes at byte 0'],
  ['a map of 2^63 entries', 'bb8000000000000000', 'a length beyond the end of the bytes at byte 0'],
  ['an indefinite text', '7f6161ff', 'an indefinite length or a reserved head at byte 0'],
  ['an indefinite byte string', '5f4101ff', 'an indefinite length or a reserved head at byte 0'],
  ['an indefinite array', '9f01ff', 'an indefinite length or a reserved head at byte 0'],
  ['an indefinite map', 'bf616101ff', 'an indefinite length or a reserved head at byte 0'],
  ['a reserved head', '1c', 'an indefinite length or a reserved head at byte 0'],
  ['a break alone', 'ff', 'a simple value or a float that the encoder never writes at byte 0'],
  ['undefined', '81f7', 'a simple value or a float that the encoder never writes at byte 1'],
  ['an unassigned simple value', 'f8ff', 'a simple value or a float that the encoder never writes at byte 0'],
  ['a half float', 'f93c00', 'a simple value or a float that the encoder never writes at byte 0'],
  ['a single float', 'fa3fc00000', 'a simple value or a float that the encoder never writes at byte 0'],
  ['an integer as a float', 'fb3ff0000000000000', 'an integer written as a float at byte 0'],
  ['-0 as a float', 'fb8000000000000000', 'an integer written as a float at byte 0'],
  ['a NaN with a sign', 'fbfff8000000000000', 'a NaN other than the canonical one at byte 0'],
  ['a NaN with a payload', 'fb7ff8000000000001', 'a NaN other than the canonical one at byte 0'],
  ['an integer in more bytes than it needs', '1817', 'a head that is not the shortest at byte 0'],
  [
    'an integer in eight bytes that fits in four',
    '1b00000000ffffffff',
    'a head that is not the shortest at byte 0',
  ],
  ['a length in more bytes than it needs', '5900ff', 'a head that is not the shortest at byte 0'],
  ['a negative integer below 64 bits', '3b8000000000000000', 'an integer below -2^63 at byte 0'],
  ['an invalid lead byte', '61ff', 'text that is not UTF-8 at byte 0'],
  ['a lone trailing byte', '6180', 'text that is not UTF-8 at byte 0'],
  ['an overlong slash', '62c0af', 'text that is not UTF-8 at byte 0'],
  ['an overlong form of three bytes', '63e08080', 'text that is not UTF-8 at byte 0'],
  ['an overlong form of four bytes', '64f0808080', 'text that is not UTF-8 at byte 0'],
  ['a surrogate in UTF-8', '63eda080', 'text that is not UTF-8 at byte 0'],
  ['a character above U+10FFFF', '64f4908080', 'text that is not UTF-8 at byte 0'],
  ['a character cut off', '62e282', 'text that is not UTF-8 at byte 0'],
  ['a character continued by the next item', '8261e2628282', 'text that is not UTF-8 at byte 1'],
  ['a number as a key', 'a10102', 'a map key that is not text at byte 1'],
  ['bytes as a key', 'a1416102', 'a map key that is not text at byte 1'],
  ['an array as a key', 'a18002', 'a map key that is not text at byte 1'],
  ['the key __proto__', 'a1695f5f70726f746f5f5fa0', 'the map key __proto__ at byte 1'],
  ['the same key twice', 'a2616101616102', 'a map with the same key twice'],
  ['the same index key twice, deep inside', '81a16161a3613101613202613103', 'a map with the same key twice'],
  ['D29: bytes after the value', '0000', 'bytes after the value at byte 1'],
])('%s is refused', (_, hex, message) => {
  expect(refusal(() => decode(fromHex(hex)))).toMatchObject({ code: 'CODEC_MALFORMED', message });
});

const one = '01';
const list = '820102';
const genericRegExp = '836652656745787062782b6167';

test.each([
  ['a text date (0)', `c074323031332d30332d32315432303a30343a30305a`],
  ['a date (1)', 'c11a514b67b0'],
  ['a bignum (2)', 'c2420101'],
  ['a negative bignum (3)', 'c3420101'],
  ['a decimal fraction (4)', `c4${list}`],
  ['a bigfloat (5)', `c5${list}`],
  ['a packed reference (6)', `c6${one}`],
  ['base64url text (21)', 'd5420102'],
  ['encoded CBOR (24)', 'd8184101'],
  ['a string reference (25)', `d81901`],
  ['a generic object (27)', `d81b${genericRegExp}`],
  ['a shared value (28)', 'd81c8101'],
  ['a reference to a shared value (29)', 'd81d00'],
  ['a URI (32)', 'd820626162'],
  ['a regular expression (35)', 'd823626162'],
  ['a packed table (51)', `d833848080${one}`],
  ['a typed array (64)', 'd840420102'],
  ['a typed array of doubles (86)', 'd856480000000000000000'],
  ['a legacy record (105)', `d86983181881616101`],
  ['a prefix (225)', `d8e1${one}`],
  ['a set (258)', `d90102${list}`],
  ['a map (259)', 'd90103a10102'],
  ['bundled strings (0xdff9)', `d9dff982${one}${one}`],
  ['record definitions (0xdffe)', `d9dffe83190001${list}${one}`],
  ['a record (0xdfff)', 'd9dfff83190001816161617a'],
  ['self-described CBOR (55799)', `d9d9f7${one}`],
  ['shared data (0x53687264)', `da53687264${one}`],
  ['an eight-byte tag', `db0000000100000000${one}`],
])('%s is refused: no tag is data', (_, hex) => {
  for (const wrapped of [hex, `81${hex}`, `a16161${hex}`]) {
    const offset = (wrapped.length - hex.length) / 2;
    expect(refusal(() => decode(fromHex(wrapped)))).toMatchObject({
      code: 'CODEC_MALFORMED',
      message: `a tag, and no tag is data at byte ${offset}`,
    });
  }
});

test('what cbor-x alone would build from such bytes is never built', () => {
  const alone = new Decoder({ mapsAsObjects: true });
  expect(alone.decode(fromHex(`d81b${genericRegExp}`))).toBeInstanceOf(RegExp);
  expect(alone.decode(fromHex('c11a514b67b0'))).toBeInstanceOf(Date);
  const cyclic = alone.decode(fromHex('d81c81d81d00'));
  expect(cyclic[0]).toBe(cyclic);
  for (const hex of [`d81b${genericRegExp}`, 'c11a514b67b0', 'd81c81d81d00']) {
    expect(refusal(() => decode(fromHex(hex))).code).toBe('CODEC_MALFORMED');
  }
});

test('a decoded record has no other prototype and leaves those of others alone', () => {
  const value = decode(fromHex('a26b636f6e7374727563746f7261786e6861734f776e50726f706572747901'));
  expect(value).toEqual({ constructor: 'x', hasOwnProperty: 1 });
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.hasOwn({}, 'constructor')).toBe(false);
});

test('two million nested arrays are refused at the first that is too deep', () => {
  expect(refusal(() => decode(new Uint8Array(2_000_000).fill(0x81)))).toMatchObject({
    code: 'CODEC_TOO_DEEP',
    where: nestingMax,
  });
});

test('two million bytes of bignum, quadratic for cbor-x alone, are refused at their tag', () => {
  const bytes = new Uint8Array(2_000_006);
  bytes.set(fromHex('c25a001e8480'));
  expect(refusal(() => decode(bytes)).message).toBe('a tag, and no tag is data at byte 0');
});

test('eight million empty maps, half a gigabyte for cbor-x alone, are refused at their count', () => {
  const bytes = new Uint8Array(8_000_005).fill(0xa0);
  bytes.set(fromHex('9a007a1200'));
  expect(refusal(() => decode(bytes))).toMatchObject({
    code: 'CODEC_TOO_LARGE',
    unit: 'items',
    max: itemsMax,
  });
});

test('items are counted across containers, when a container begins and when it goes on', () => {
  const begins = new Uint8Array(1 + 3 * (5 + 400_000)).fill(0xa0);
  begins[0] = 0x83;
  for (let part = 0; part < 3; part += 1) begins.set(fromHex('9a00061a80'), 1 + part * 400_005);
  const goesOn = new Uint8Array(5 + 5 + 600_000 + 599_999).fill(0xa0);
  goesOn.set(fromHex('9a000927c0 9a000927c0'));
  for (const bytes of [begins, goesOn]) {
    expect(refusal(() => decode(bytes))).toMatchObject({
      code: 'CODEC_TOO_LARGE',
      unit: 'items',
      max: itemsMax,
    });
  }
});

test('a length is refused before room is made for it', () => {
  const pieces = Array.from({ length: 60 }, () => '9a000f0000').join('');
  expect(refusal(() => decode(fromHex(pieces))).message).toBe(
    'a length beyond the end of the bytes at byte 0',
  );
});
