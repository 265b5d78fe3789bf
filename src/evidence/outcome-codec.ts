import { effectFailureKinds } from '../agreement/wal-sync.js';
import type { CborValue } from '../codec/cbor.js';
import { ShapeError } from '../codec/codec-error.js';
import { readArray, readLiteral, readOneOf, readRecord, readText } from '../codec/shape.js';
import type { EffectOutcome, EffectResponse } from './outcome.js';

type Found = CborValue | undefined;

const statuses = ['success', 'blocked', 'failure'] as const;
const responseKinds = [
  'send_decision',
  'receive',
  'choose',
  'invoke_step',
  'acquire',
  'release',
  'topology_events',
  'wal_sync',
  'output_condition_hint',
] as const;

/** An outcome as the reference writes it (2.6): the status is a map of its own, and the response is null without a success. */
export function encodeOutcome(outcome: EffectOutcome): CborValue {
  const { status } = outcome;
  switch (status) {
    case 'success': {
      const { kind, ...fields } = outcome.response;
      return { status: { status }, response: { kind, ...fields } };
    }
    case 'blocked':
      return { status: { status }, response: null };
    case 'failure':
      return {
        status: { status, failure: { kind: outcome.kind, message: outcome.message } },
        response: null,
      };
  }
}

/** @throws ShapeError when it is no outcome, such as a success without a response or a failure with one. */
export function decodeOutcome(value: Found, path: string): EffectOutcome {
  const outcome = readRecord(value, path);
  const tagged = readRecord(outcome['status'], `${path}.status`);
  const status = readOneOf(tagged['status'], `${path}.status.status`, statuses);
  if (status === 'success') {
    return { status, response: decodeResponse(outcome['response'], `${path}.response`) };
  }
  readLiteral(outcome['response'] ?? null, `${path}.response`, null);
  if (status === 'blocked') return { status };
  const failure = readRecord(tagged['failure'], `${path}.status.failure`);
  return {
    status,
    kind: readOneOf(failure['kind'], `${path}.status.failure.kind`, effectFailureKinds),
    message: readText(failure['message'], `${path}.status.failure.message`),
  };
}

function decodeResponse(value: Found, path: string): EffectResponse {
  const response = readRecord(value, path);
  const kind = readOneOf(response['kind'], `${path}.kind`, responseKinds);
  switch (kind) {
    case 'send_decision':
      return { kind, decision: readData(response['decision'], `${path}.decision`) };
    case 'receive':
    case 'invoke_step':
      return { kind, state: readData(response['state'], `${path}.state`) };
    case 'choose':
      return { kind, label: readText(response['label'], `${path}.label`) };
    case 'acquire':
      return { kind, evidence: readData(response['evidence'], `${path}.evidence`) };
    case 'topology_events':
      return { kind, events: readArray(response['events'], `${path}.events`) };
    case 'output_condition_hint':
      return { kind, hint: readData(response['hint'], `${path}.hint`) };
    case 'release':
    case 'wal_sync':
      return { kind };
  }
}

function readData(value: Found, path: string): CborValue {
  if (value === undefined) throw new ShapeError(path, 'a value', 'nothing');
  return value;
}
