import { type CborValue, decode, encode, encodeCanonical } from '../codec/cbor.js';
import { digestHex } from '../codec/digest.js';
import { CodecError } from '../codec/codec-error.js';
import { payloadBytesMax } from './limits.js';

declare const payloadBrand: unique symbol;

/** Encoded data within the limit. Nobody changes its bytes. */
export type Payload = Uint8Array & { readonly [payloadBrand]: 'Payload' };

/** Why a value cannot be journaled. */
export type PayloadFault = 'not_encodable' | 'too_large';

/** An input, a result or a promised value that cannot be journaled. What it holds is not told. */
export class PayloadRejected extends Error {
  readonly code = 'STEPS_PAYLOAD_REJECTED';
  override readonly name = 'PayloadRejected';
  readonly subject: string;
  readonly fault: PayloadFault;
  constructor(subject: string, fault: PayloadFault, options?: ErrorOptions) {
    const reason = fault === 'too_large' ? `has more than ${payloadBytesMax} bytes` : 'is not data';
    super(`${subject} ${reason}`, options);
    this.subject = subject;
    this.fault = fault;
  }
}

/**
 * Encodes a value once, for the journal and for the program: both get what {@link openPayload} makes of it.
 *
 * @param subject - What the error names, such as `result of pay#0`.
 * @throws {@link PayloadRejected}
 */
export function sealPayload(value: CborValue, subject: string): Payload {
  return sealWith(encode, value, subject);
}

/** As {@link sealPayload}, but equal data has equal bytes: for what is compared and hashed. */
export function sealCanonical(value: CborValue, subject: string): Payload {
  return sealWith(encodeCanonical, value, subject);
}

function sealWith(encoding: (value: CborValue) => Uint8Array, value: CborValue, subject: string): Payload {
  let bytes: Uint8Array;
  try {
    bytes = encoding(value);
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    const fault = cause.code === 'CODEC_TOO_LARGE' ? 'too_large' : 'not_encodable';
    throw new PayloadRejected(subject, fault, { cause });
  }
  if (!isPayload(bytes)) throw new PayloadRejected(subject, 'too_large');
  return bytes;
}

/** An input as it is journaled, and what stands for it: the same for equal data. */
export interface SealedInput {
  readonly input: Payload;
  readonly inputDigest: string;
}

/** @throws {@link PayloadRejected} */
export function sealInput(input: CborValue, operationId: string): SealedInput {
  const subject = `input of ${operationId}`;
  return {
    input: sealPayload(input, subject),
    inputDigest: digestHex(sealCanonical(input, subject)),
  };
}

/** Bytes that were read from the log. @throws {@link PayloadRejected} when they are more than a payload may have. */
export function payloadOf(bytes: Uint8Array, subject: string): Payload {
  if (!isPayload(bytes)) throw new PayloadRejected(subject, 'too_large');
  return bytes;
}

/** A fresh copy of the value. @throws CodecError when the bytes are not what {@link sealPayload} made. */
export function openPayload(payload: Payload): CborValue {
  return decode(payload);
}

export function samePayload(one: Payload, other: Payload): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function isPayload(bytes: Uint8Array): bytes is Payload {
  return bytes.length <= payloadBytesMax;
}
