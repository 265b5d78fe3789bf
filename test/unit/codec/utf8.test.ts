import { expect, test } from 'vitest';
import { compareUtf8, isText, utf8Length } from '../../../src/codec/utf8.js';

const texts = [
  '',
  'a',
  'ab',
  'b',
  '\x7f',
  '\x80',
  '\u07ff',
  '\u0800',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10000}',
  '\u{10ffff}z',
];

test('the length is that of the UTF-8 form', () => {
  for (const text of texts) expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
});

test('a text with a lone surrogate has no length', () => {
  for (const text of ['\ud800', '\udc00', 'a\udbffb', '\udc00\ud800'])
    expect(utf8Length(text)).toBeUndefined();
});

test('texts compare as their bytes do, and not as their code units do', () => {
  for (const left of texts) {
    for (const right of texts) {
      const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
      expect([left, right, Math.sign(compareUtf8(left, right))]).toEqual([left, right, expected]);
    }
  }
  expect(['\u{10000}', '\uffff'].sort()).not.toEqual(['\u{10000}', '\uffff'].sort(compareUtf8));
});

test('only the bytes asked about are judged', () => {
  const bytes = new Uint8Array([0xff, 0x61, 0xc3, 0xa9, 0xff]);
  expect(isText(bytes, 1, 4)).toBe(true);
  expect(isText(bytes, 1, 3)).toBe(false);
  expect(isText(bytes, 0, 4)).toBe(false);
  expect(isText(bytes, 2, 2)).toBe(true);
});
