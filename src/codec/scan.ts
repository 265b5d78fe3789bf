import { MalformedError, TooDeepError, TooLargeError } from './codec-error.js';
import { encodedBytesMax, itemsMax, nestingMax } from './limits.js';
import { isText } from './utf8.js';

/** What a decoder must know about bytes that passed the scan. */
export interface Scan {
  /** How many entries all maps have together, as their heads say. */
  readonly entries: number;
  /** Whether an integer has eight bytes. */
  readonly wideIntegers: boolean;
  /** The texts of more than 64 bytes that begin with a byte order mark, in order. */
  readonly markedTexts: readonly MarkedText[];
}

/** Offsets of a text: of its head, of its content, and of what comes after it. */
export interface MarkedText {
  readonly head: number;
  readonly content: number;
  readonly end: number;
}

/**
 * Checks in one pass that bytes are one data item as the encoder writes it: definite lengths, shortest
 * heads, well-formed UTF-8, text keys other than `__proto__`, binary64 floats only for what is no safe integer, one NaN, no
 * tags, no `undefined` or other simple values, and within the limits. That a key comes twice is not seen here.
 *
 * @throws {@link MalformedError}, {@link TooDeepError} or {@link TooLargeError}.
 */
export function scan(bytes: Uint8Array): Scan {
  if (bytes.length > encodedBytesMax) throw new TooLargeError('bytes', encodedBytesMax);
  const scanner = new Scanner(bytes);
  scanner.item(0);
  scanner.end();
  return scanner;
}

const protoKey = Uint8Array.from('__proto__', (character) => character.charCodeAt(0));

class Scanner implements Scan {
  entries = 0;
  wideIntegers = false;
  readonly markedTexts: MarkedText[] = [];
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private position = 0;
  private items = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** One item with all that is in it, `depth` containers deep. */
  item(depth: number): void {
    const start = this.position;
    const initial = this.head(start);
    const major = initial >> 5;
    const info = initial & 0x1f;
    switch (major) {
      case 0:
        this.argument(start, info);
        return;
      case 1:
        this.negative(start, info);
        return;
      case 2:
        this.skip(start, this.argument(start, info));
        return;
      case 3:
        this.text(start, info);
        return;
      case 4:
        this.array(start, info, depth);
        return;
      case 5:
        this.map(start, info, depth);
        return;
      case 6:
        throw new MalformedError('a tag, and no tag is data', start);
      default:
        this.simple(start, info);
    }
  }

  end(): void {
    if (this.position < this.bytes.length) throw new MalformedError('bytes after the value', this.position);
  }

  /** Counts the item and reads its initial byte. */
  private head(start: number): number {
    const initial = this.bytes[start];
    if (initial === undefined) throw new MalformedError('the bytes end where an item should be', start);
    this.items += 1;
    if (this.items > itemsMax) throw new TooLargeError('items', itemsMax);
    this.position = start + 1;
    return initial;
  }

  private array(start: number, info: number, depth: number): void {
    const length = this.argument(start, info);
    this.room(start, length, depth);
    for (let index = 0; index < length; index += 1) this.item(depth + 1);
  }

  private map(start: number, info: number, depth: number): void {
    const length = this.argument(start, info);
    this.room(start, 2 * length, depth);
    this.entries += length;
    for (let index = 0; index < length; index += 1) {
      this.key();
      this.item(depth + 1);
    }
  }

  private key(): void {
    const start = this.position;
    const initial = this.head(start);
    if (initial >> 5 !== 3) throw new MalformedError('a map key that is not text', start);
    const content = this.text(start, initial & 0x1f);
    if (this.isProto(content)) throw new MalformedError('the map key __proto__', start);
  }

  private isProto(content: number): boolean {
    if (this.position - content !== protoKey.length) return false;
    return protoKey.every((byte, index) => this.bytes[content + index] === byte);
  }

  /** @returns The offset of the text's first byte. */
  private text(start: number, info: number): number {
    const length = this.argument(start, info);
    const content = this.position;
    this.skip(start, length);
    if (!isText(this.bytes, content, this.position)) {
      throw new MalformedError('text that is not UTF-8', start);
    }
    if (length > 64 && this.hasMark(content)) {
      this.markedTexts.push({ head: start, content, end: this.position });
    }
    return content;
  }

  private hasMark(offset: number): boolean {
    const { bytes } = this;
    return bytes[offset] === 0xef && bytes[offset + 1] === 0xbb && bytes[offset + 2] === 0xbf;
  }

  private skip(start: number, length: number): void {
    if (length > this.bytes.length - this.position) {
      throw new MalformedError('a length beyond the end of the bytes', start);
    }
    this.position += length;
  }

  /** A container needs a byte for each of its items, so a longer one than what is left is refused before it is built. */
  private room(start: number, items: number, depth: number): void {
    if (depth >= nestingMax) throw new TooDeepError(nestingMax, start);
    if (items > this.bytes.length - this.position) {
      throw new MalformedError('a length beyond the end of the bytes', start);
    }
  }

  private negative(start: number, info: number): void {
    this.argument(start, info);
    // The argument itself may have been rounded.
    if (info === 27 && this.view.getUint8(start + 1) >= 0x80) {
      throw new MalformedError('an integer below -2^63', start);
    }
  }

  /** The value or length in a head. One above 2^53 is rounded. */
  private argument(start: number, info: number): number {
    if (info < 24) return info;
    if (info > 27) throw new MalformedError('an indefinite length or a reserved head', start);
    const size = 1 << (info - 24);
    if (size > this.bytes.length - this.position) throw new MalformedError('the bytes end in a head', start);
    const argument = this.unsigned(size);
    const shortestMin = size === 1 ? 24 : 2 ** (4 * size);
    if (argument < shortestMin) throw new MalformedError('a head that is not the shortest', start);
    if (size === 8) this.wideIntegers = true;
    this.position += size;
    return argument;
  }

  private unsigned(size: number): number {
    const { view, position } = this;
    if (size === 1) return view.getUint8(position);
    if (size === 2) return view.getUint16(position);
    if (size === 4) return view.getUint32(position);
    return view.getUint32(position) * 2 ** 32 + view.getUint32(position + 4);
  }

  private simple(start: number, info: number): void {
    if (info >= 20 && info <= 22) return;
    if (info !== 27)
      throw new MalformedError('a simple value or a float that the encoder never writes', start);
    if (this.bytes.length - this.position < 8) throw new MalformedError('the bytes end in a float', start);
    const value = this.view.getFloat64(this.position);
    if (Number.isSafeInteger(value)) throw new MalformedError('an integer written as a float', start);
    if (Number.isNaN(value) && this.view.getBigUint64(this.position) !== 0x7ff8000000000000n) {
      throw new MalformedError('a NaN other than the canonical one', start);
    }
    this.position += 8;
  }
}
