import type { CborValue } from '../codec/cbor.js';
import { readBytes, readOneOf, readRecord, readText } from '../codec/shape.js';
import type { StepFailedEntry, StepResultEntry } from './entry.js';
import type { ExecutionOutcome, Failure, StepOutcome } from './outcome.js';
import { type Payload, payloadOf } from './payload.js';

type Found = CborValue | undefined;

export function encodeOutcome(outcome: StepOutcome | ExecutionOutcome): CborValue {
  switch (outcome.kind) {
    case 'value':
    case 'completed':
      return { kind: outcome.kind, payload: outcome.payload };
    case 'value_unavailable':
      return { kind: outcome.kind, fault: outcome.fault };
    case 'failed':
      return { kind: outcome.kind, name: outcome.failure.name, message: outcome.failure.message };
    case 'assumed_done':
    case 'ambiguous':
      return { kind: outcome.kind };
  }
}

const resultKinds = ['value', 'value_unavailable', 'assumed_done'] as const;
const failedKinds = ['failed', 'ambiguous'] as const;

/** @throws ShapeError or PayloadRejected */
export function decodeResult(value: Found, path: string): StepResultEntry['outcome'] {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, resultKinds);
  switch (kind) {
    case 'value':
      return { kind, payload: readPayload(record['payload'], `${path}.payload`) };
    case 'value_unavailable':
      return { kind, fault: readOneOf(record['fault'], `${path}.fault`, ['not_encodable', 'too_large']) };
    case 'assumed_done':
      return { kind };
  }
}

/** @throws ShapeError */
export function decodeFailed(value: Found, path: string): StepFailedEntry['outcome'] {
  const kind = readOneOf(readRecord(value, path)['kind'], `${path}.kind`, failedKinds);
  return kind === 'ambiguous' ? { kind } : { kind, failure: readFailure(value, path) };
}

/** @throws ShapeError or PayloadRejected */
export function decodeStepOutcome(value: Found, path: string): StepOutcome {
  const kind = readOneOf(readRecord(value, path)['kind'], `${path}.kind`, [...resultKinds, ...failedKinds]);
  return kind === 'failed' || kind === 'ambiguous' ? decodeFailed(value, path) : decodeResult(value, path);
}

/** @throws ShapeError or PayloadRejected */
export function decodeExecutionOutcome(value: Found, path: string): ExecutionOutcome {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['completed', 'failed']);
  return kind === 'completed'
    ? { kind, payload: readPayload(record['payload'], `${path}.payload`) }
    : { kind, failure: readFailure(value, path) };
}

/** @throws ShapeError or PayloadRejected */
export function readPayload(value: Found, path: string): Payload {
  return payloadOf(readBytes(value, path), path);
}

function readFailure(value: Found, path: string): Failure {
  const record = readRecord(value, path);
  return {
    name: readText(record['name'], `${path}.name`),
    message: readText(record['message'], `${path}.message`),
  };
}
