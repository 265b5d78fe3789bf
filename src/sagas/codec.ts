import type { CborRecord, CborValue } from '../codec/cbor-value.js';
import { readBytes, readEach, readOneOf, readRecord, readText } from '../codec/shape.js';
import type { Failure } from '../steps/outcome.js';
import { type Payload, payloadOf } from '../steps/payload.js';
import type { SagaCause, SagaTerms } from './saga.js';

type Found = CborValue | undefined;

/** @throws ShapeError or PayloadRejected, as all readers here. */
export function readPayload(value: Found, path: string): Payload {
  return payloadOf(readBytes(value, path), path);
}

export function encodeTerms({ sagaId, sessionId, name, input, inputDigest, steps, runKey }: SagaTerms) {
  return {
    saga_id: sagaId,
    session_id: sessionId,
    name,
    input,
    input_digest: inputDigest,
    steps: [...steps],
    run_key: runKey,
  } satisfies CborRecord;
}

export function readTerms(record: CborRecord, path: string): SagaTerms {
  return {
    sagaId: readText(record['saga_id'], `${path}.saga_id`),
    sessionId: readText(record['session_id'], `${path}.session_id`),
    name: readText(record['name'], `${path}.name`),
    input: readPayload(record['input'], `${path}.input`),
    inputDigest: readText(record['input_digest'], `${path}.input_digest`),
    steps: readEach(record['steps'], `${path}.steps`, readText),
    runKey: readText(record['run_key'], `${path}.run_key`),
  };
}

export function encodeFailure({ name, message }: Failure): CborValue {
  return { name, message };
}

export function readFailure(value: Found, path: string): Failure {
  const record = readRecord(value, path);
  return {
    name: readText(record['name'], `${path}.name`),
    message: readText(record['message'], `${path}.message`),
  };
}

export function encodeCause(cause: SagaCause): CborValue {
  if (cause.kind === 'cancelled') return { kind: cause.kind, reason: cause.reason };
  return { kind: cause.kind, step: cause.step, failure: encodeFailure(cause.failure) };
}

export function readCause(value: Found, path: string): SagaCause {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['cancelled', 'failed']);
  if (kind === 'cancelled') return { kind, reason: readText(record['reason'], `${path}.reason`) };
  return {
    kind,
    step: readText(record['step'], `${path}.step`),
    failure: readFailure(record['failure'], `${path}.failure`),
  };
}
