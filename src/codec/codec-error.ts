/**
 * Why bytes or a value were refused.
 *
 * | code | class | meaning |
 * |---|---|---|
 * | `CODEC_TOO_LARGE` | {@link TooLargeError} | more bytes or items than the limits allow |
 * | `CODEC_TOO_DEEP` | {@link TooDeepError} | nested deeper than the limit |
 * | `CODEC_MALFORMED` | {@link MalformedError} | bytes that the encoder never writes |
 * | `CODEC_UNSUPPORTED_VALUE` | {@link UnsupportedValueError} | a value that is not data |
 * | `CODEC_UNSUPPORTED_VERSION` | {@link UnsupportedVersionError} | an envelope of another schema |
 * | `CODEC_UNEXPECTED_SHAPE` | {@link ShapeError} | data, but not of the wanted shape |
 */
export type CodecErrorCode =
  | 'CODEC_TOO_LARGE'
  | 'CODEC_TOO_DEEP'
  | 'CODEC_MALFORMED'
  | 'CODEC_UNSUPPORTED_VALUE'
  | 'CODEC_UNSUPPORTED_VERSION'
  | 'CODEC_UNEXPECTED_SHAPE';

/** What everything in this room throws. Never retryable: the same input is refused again. */
export abstract class CodecError extends Error {
  abstract readonly code: CodecErrorCode;
}

/** More bytes or items than `max`. Counting stops there, so how many there are is not known. */
export class TooLargeError extends CodecError {
  override readonly name = 'TooLargeError';
  readonly code = 'CODEC_TOO_LARGE';
  readonly unit: 'bytes' | 'items';
  readonly max: number;
  constructor(unit: 'bytes' | 'items', max: number) {
    super(`more than ${max} ${unit}`);
    this.unit = unit;
    this.max = max;
  }
}

/** Nested deeper than `max` containers. `where` is a byte offset when decoding, a path when encoding. */
export class TooDeepError extends CodecError {
  override readonly name = 'TooDeepError';
  readonly code = 'CODEC_TOO_DEEP';
  readonly max: number;
  readonly where: number | string;
  constructor(max: number, where: number | string) {
    super(`nested deeper than ${max} at ${typeof where === 'number' ? `byte ${where}` : where}`);
    this.max = max;
    this.where = where;
  }
}

/** Bytes that are not the encoding of any value. */
export class MalformedError extends CodecError {
  override readonly name = 'MalformedError';
  readonly code = 'CODEC_MALFORMED';
  readonly reason: string;
  /** Of the first byte of the item at fault; undefined when the fault is known but not its place. */
  readonly offset: number | undefined;
  constructor(reason: string, offset?: number) {
    super(offset === undefined ? reason : `${reason} at byte ${offset}`);
    this.reason = reason;
    this.offset = offset;
  }
}

/** A value that is not data, such as a function, or `undefined`. */
export class UnsupportedValueError extends CodecError {
  override readonly name = 'UnsupportedValueError';
  readonly code = 'CODEC_UNSUPPORTED_VALUE';
  readonly reason: string;
  /** Where it sits: `$` is the value itself, `$.items[3]` a part of it. */
  readonly path: string;
  constructor(reason: string, path: string) {
    super(`${path}: ${reason}`);
    this.reason = reason;
    this.path = path;
  }
}

/** An envelope of a schema that this build does not read. */
export class UnsupportedVersionError extends CodecError {
  override readonly name = 'UnsupportedVersionError';
  readonly code = 'CODEC_UNSUPPORTED_VERSION';
  readonly found: string;
  readonly expected: string;
  constructor(found: string, expected: string) {
    super(`unsupported schema version ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
    this.found = found;
    this.expected = expected;
  }
}

/** Data that is well-formed, but not what the reader of this field wants. */
export class ShapeError extends CodecError {
  override readonly name = 'ShapeError';
  readonly code = 'CODEC_UNEXPECTED_SHAPE';
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  constructor(path: string, expected: string, found: string) {
    super(`${path}: expected ${expected}, found ${found}`);
    this.path = path;
    this.expected = expected;
    this.found = found;
  }
}
