import { ShapeError } from '../codec/codec-error.js';
import { isText } from '../codec/utf8.js';
import { type Computation, computationOf, isComputationName, nameOf, tagOf } from './computation.js';

declare const brand: unique symbol;

/**
 * A request as bytes: `17 "fsqlite:remote:v1" tag nameLength name inputLength input`, lengths in four bytes, least significant
 * first. Equal requests have equal bytes, and different ones do not. Nobody changes them. Reference 1.2.
 */
export type CanonicalRequest = Uint8Array & { readonly [brand]: 'CanonicalRequest' };

/** What a request asks for. */
export interface RemoteRequest {
  readonly computation: Computation;
  /** For its handler to read. What the request must not be taken for another one by is in here, such as an epoch: flaw F29. */
  readonly input: Uint8Array;
}

/** Begins canonical bytes, and what keys are derived from. */
export const remoteDomain = 'fsqlite:remote:v1';

/** The most bytes of an input: 1 MiB. The reference's frames hold 4 MiB in all. */
export const inputBytesMax = 1_048_576;

const headBytes = 4 + remoteDomain.length + 1;

/** Text or bytes that no request may hold. */
export class InvalidRequest extends Error {
  readonly code = 'REMOTE_INVALID_REQUEST';
  override readonly name = 'InvalidRequest';
  readonly fault:
    'computation_name' | 'input_too_large' | 'identity' | 'session' | 'generation' | 'outcome' | 'time';
  constructor(fault: InvalidRequest['fault'], reason: string) {
    super(reason);
    this.fault = fault;
  }
}

/** @throws {@link InvalidRequest} */
export function canonicalRequest({ computation, input }: RemoteRequest): CanonicalRequest {
  const name = nameOf(computation);
  if (!isComputationName(name)) {
    throw new InvalidRequest('computation_name', 'a computation has no name of 1 to 256 bytes');
  }
  if (input.length > inputBytesMax) {
    throw new InvalidRequest('input_too_large', `an input of ${input.length} bytes, max is ${inputBytesMax}`);
  }
  const nameBytes = Buffer.byteLength(name);
  const bytes = Buffer.alloc(headBytes + 8 + nameBytes + input.length);
  let offset = bytes.writeUInt32LE(remoteDomain.length);
  offset += bytes.write(remoteDomain, offset);
  offset = bytes.writeUInt8(tagOf(computation), offset);
  offset = bytes.writeUInt32LE(nameBytes, offset);
  offset += bytes.write(name, offset);
  offset = bytes.writeUInt32LE(input.length, offset);
  bytes.set(input, offset);
  return readCanonicalRequest(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), 'request');
}

/** What canonical bytes ask for. It shares nothing with them. @throws ShapeError when somebody has changed them. */
export function requestOf(canonical: CanonicalRequest): RemoteRequest {
  const parsed = parse(canonical);
  if (parsed === undefined) throw new ShapeError('request', 'canonical request bytes', 'changed ones');
  return { computation: parsed.computation, input: canonical.slice(parsed.inputStart) };
}

/** @throws ShapeError on anything but what {@link canonicalRequest} makes. */
export function readCanonicalRequest(bytes: Uint8Array, path: string): CanonicalRequest {
  if (!isCanonical(bytes))
    throw new ShapeError(path, 'canonical request bytes', `${bytes.length} other ones`);
  return bytes;
}

function isCanonical(bytes: Uint8Array): bytes is CanonicalRequest {
  return parse(bytes) !== undefined;
}

interface Parsed {
  readonly computation: Computation;
  readonly inputStart: number;
}

function parse(bytes: Uint8Array): Parsed | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < headBytes + 8 || view.readUInt32LE() !== remoteDomain.length) return undefined;
  if (view.toString('latin1', 4, headBytes - 1) !== remoteDomain) return undefined;
  const nameEnd = headBytes + 4 + view.readUInt32LE(headBytes);
  if (nameEnd + 4 > bytes.length || !isText(bytes, headBytes + 4, nameEnd)) return undefined;
  const name = view.toString('utf8', headBytes + 4, nameEnd);
  const computation = computationOf(view.readUInt8(headBytes - 1), name);
  const inputBytes = view.readUInt32LE(nameEnd);
  const inputStart = nameEnd + 4;
  if (computation === undefined || !isComputationName(name) || inputBytes > inputBytesMax) return undefined;
  return inputStart + inputBytes === bytes.length ? { computation, inputStart } : undefined;
}
