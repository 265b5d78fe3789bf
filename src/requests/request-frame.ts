import { type CborValue, decode, encode } from '../codec/cbor.js';
import { addChecksum, takeChecksum } from '../codec/checksummed.js';
import { CodecError, ShapeError } from '../codec/codec-error.js';
import { readArray, readOneOf, readText, readUnsigned } from '../codec/shape.js';

/** Which request it is: of one life of whoever asks, and in it. */
export interface RequestId {
  /** 16 lowercase hex digits, drawn anew by each life. */
  readonly life: string;
  /** From 1, in the order of asking. */
  readonly number: number;
}

/** One message between nodes. */
export type RequestFrame =
  | { readonly kind: 'request'; readonly id: RequestId; readonly body: CborValue }
  | { readonly kind: 'answer'; readonly id: RequestId; readonly body: CborValue }
  /** There is an answer, of so many bytes, and it does not fit into a message. */
  | { readonly kind: 'too_large'; readonly id: RequestId; readonly messageBytes: number };

const kinds = ['request', 'answer', 'too_large'] as const;
const lifePattern = /^[0-9a-f]{16}$/;

/** @throws CodecError when the body is no data. */
export function encodeFrame(frame: RequestFrame): Uint8Array {
  const { kind, id } = frame;
  const content = kind === 'too_large' ? frame.messageBytes : frame.body;
  return addChecksum(encode([kind, id.life, id.number, content]));
}

/** What a message was when it was sent; a reason when that cannot be told. */
export function decodeFrame(message: Uint8Array): RequestFrame | 'corrupt' | 'malformed' {
  const bytes = takeChecksum(message);
  if (bytes === undefined) return 'corrupt';
  try {
    return readFrame(decode(bytes));
  } catch (error) {
    if (error instanceof CodecError) return 'malformed';
    throw error;
  }
}

function readFrame(value: CborValue): RequestFrame {
  const [kindFound, lifeFound, numberFound, content = null] = readArray(value, 'frame');
  const kind = readOneOf(kindFound, 'frame.kind', kinds);
  const life = readText(lifeFound, 'frame.life');
  if (!lifePattern.test(life)) throw new ShapeError('frame.life', '16 hex digits', `text of ${life.length}`);
  const id = { life, number: readUnsigned(numberFound, 'frame.number') };
  if (kind === 'too_large') return { kind, id, messageBytes: readUnsigned(content, 'frame.message_bytes') };
  return { kind, id, body: content };
}
