import type { CborValue } from '../codec/cbor.js';
import { readBytes, readLiteral, readRecord } from '../codec/shape.js';
import { type CanonicalRequest, readCanonicalRequest } from './canonical-request.js';
import { decodeRemoteCapability, encodeRemoteCapability } from './capability-seal.js';
import type { RequestIdentity } from './idempotency-key.js';
import type { RemoteCapability } from './remote-capability.js';
import type { TraceContext } from './remote-work.js';
import { decodeIdentity, encodeIdentity } from './request-identity.js';
import { decodeTrace, encodeTrace } from './trace-context.js';

/** What travels to the store. The key does not: it follows from the rest. Flaws F3 and F8. */
export interface ExecuteRequest {
  readonly capability: RemoteCapability;
  readonly identity: RequestIdentity;
  readonly request: CanonicalRequest;
  readonly trace: TraceContext;
}

export function encodeExecuteRequest({ capability, identity, request, trace }: ExecuteRequest): CborValue {
  return {
    kind: 'execute',
    capability: encodeRemoteCapability(capability),
    identity: encodeIdentity(identity),
    request,
    trace: encodeTrace(trace),
  };
}

/** @throws ShapeError when it is none. */
export function decodeExecuteRequest(value: CborValue): ExecuteRequest {
  const record = readRecord(value, 'body');
  readLiteral(record['kind'], 'body.kind', 'execute');
  return {
    capability: decodeRemoteCapability(record['capability'], 'body.capability'),
    identity: decodeIdentity(record['identity'], 'body.identity'),
    request: readCanonicalRequest(readBytes(record['request'], 'body.request'), 'body.request'),
    trace: decodeTrace(record['trace'], 'body.trace'),
  };
}
