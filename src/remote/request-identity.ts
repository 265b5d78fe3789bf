import type { CborValue } from '../codec/cbor.js';
import { readOneOf, readRecord, readText } from '../codec/shape.js';
import { readKey, type RequestIdentity } from './idempotency-key.js';

export function encodeIdentity(identity: RequestIdentity): CborValue {
  if (identity.kind === 'request') return { kind: identity.kind };
  const { kind, flow, object, step } = identity;
  return { kind, flow, object, step };
}

/** @throws ShapeError when it is none. */
export function decodeIdentity(value: CborValue | undefined, path: string): RequestIdentity {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['request', 'step']);
  if (kind === 'request') return { kind };
  return {
    kind,
    flow: readKey(record['flow'], `${path}.flow`),
    object: readText(record['object'], `${path}.object`),
    step: readText(record['step'], `${path}.step`),
  };
}
