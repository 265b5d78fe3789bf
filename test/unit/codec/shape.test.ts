import { expect, test } from 'vitest';
import {
  readArray,
  readBoolean,
  readBytes,
  readEach,
  readInteger,
  readLiteral,
  readOneOf,
  readOptional,
  readRecord,
  readText,
  readUnsigned,
} from '../../../src/codec/shape.js';
import { refusal } from './support.js';

test('each reader returns what it reads', () => {
  const bytes = new Uint8Array([1]);
  expect(readRecord({ a: 1 }, 'x')).toEqual({ a: 1 });
  expect(readArray([1, 'a'], 'x')).toEqual([1, 'a']);
  expect(readText('', 'x')).toBe('');
  expect(readBoolean(false, 'x')).toBe(false);
  expect(readBytes(bytes, 'x')).toBe(bytes);
  expect(readUnsigned(0, 'x')).toBe(0);
  expect(readUnsigned(7, 'x', 7)).toBe(7);
  expect(readInteger(-5, 'x')).toBe(-5);
  expect(readLiteral('v1', 'x', 'v1')).toBe('v1');
  expect(readLiteral(null, 'x', null)).toBeNull();
  expect(readOneOf('b', 'x', ['a', 'b'])).toBe('b');
  expect(readEach(['a', 'b'], 'x', readText)).toEqual(['a', 'b']);
});

test.each([
  [() => readRecord(undefined, 'payload'), 'payload: expected a map, found nothing'],
  [() => readRecord([1, 2], 'payload'), 'payload: expected a map, found an array of 2'],
  [() => readRecord(new Uint8Array(3), 'payload'), 'payload: expected a map, found 3 bytes'],
  [() => readRecord(null, 'payload'), 'payload: expected a map, found null'],
  [() => readArray({ a: 1 }, 'entries'), 'entries: expected an array, found a map'],
  [() => readText(7, 'kind'), 'kind: expected text, found 7'],
  [() => readBoolean('true', 'done'), 'done: expected a boolean, found "true"'],
  [() => readBytes('00', 'digest'), 'digest: expected bytes, found "00"'],
  [() => readUnsigned(-1, 'lsn', 10), 'lsn: expected a whole number from 0 to 10, found -1'],
  [() => readUnsigned(11, 'lsn', 10), 'lsn: expected a whole number from 0 to 10, found 11'],
  [() => readUnsigned(1.5, 'lsn', 10), 'lsn: expected a whole number from 0 to 10, found 1.5'],
  [() => readUnsigned(NaN, 'lsn', 10), 'lsn: expected a whole number from 0 to 10, found NaN'],
  [
    () => readUnsigned(2n ** 60n, 'lsn', 10),
    `lsn: expected a whole number from 0 to 10, found ${2n ** 60n}n`,
  ],
  [() => readInteger(3, 'x', -2, 2), 'x: expected a whole number from -2 to 2, found 3'],
  [() => readLiteral('v2', 'version', 'v1'), 'version: expected "v1", found "v2"'],
  [() => readOneOf('c', 'level', ['a', 'b']), 'level: expected one of "a", "b", found "c"'],
  [() => readOneOf(true, 'level', ['a']), 'level: expected one of "a", found true'],
  [() => readEach(['a', 1], 'names', readText), 'names[1]: expected text, found 1'],
  [
    () => readUnsigned('x'.repeat(50), 'n', 1),
    'n: expected a whole number from 0 to 1, found text of 50 code units',
  ],
])('a mismatch names the field, what was wanted and what was found (%#)', (read, message) => {
  expect(refusal(read)).toMatchObject({ code: 'CODEC_UNEXPECTED_SHAPE', message });
});

test('an optional field may be missing or null, but not of another shape', () => {
  expect(readOptional(undefined, 'at', readUnsigned)).toBeNull();
  expect(readOptional(null, 'at', readUnsigned)).toBeNull();
  expect(readOptional(3, 'at', readUnsigned)).toBe(3);
  expect(refusal(() => readOptional('3', 'at', readUnsigned)).code).toBe('CODEC_UNEXPECTED_SHAPE');
});
