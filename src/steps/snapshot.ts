import { type CborRecord, type CborValue, decode, encode } from '../codec/cbor.js';
import {
  readBoolean,
  readBytes,
  readEach,
  readOneOf,
  readOptional,
  readRecord,
  readText,
  readUnsigned,
} from '../codec/shape.js';
import { ambiguityPolicies, effectClasses, guardedSubclasses, resolvingPolicies } from './effect.js';
import { decodeExecutionOutcome, decodeStepOutcome, encodeOutcome, readPayload } from './outcome-codec.js';
import { payloadBytesOf, type StepRecord } from './record.js';
import type { Execution, StepsState } from './state.js';
import { stepKeyOf } from './step-key.js';

/**
 * The state as data: the executions in the order of their ids, the records of each in the order in which they were journaled,
 * which replay follows. Each execution is encoded on its own, so that the codec's limit on items counts executions here.
 */
export function capture(state: StepsState): CborValue {
  const executions = [...state.executions.values()].sort((one, other) =>
    one.executionId < other.executionId ? -1 : 1,
  );
  return { executions: executions.map((execution) => encode(captureExecution(execution))) };
}

/** @throws CodecError, InvalidStepKey or PayloadRejected on anything that {@link capture} did not make. */
export function restore(value: CborValue): StepsState {
  const captured = readEach(readRecord(value, 'steps')['executions'], 'steps.executions', readBytes);
  const executions = captured.map((bytes, index) =>
    restoreExecution(decode(bytes), `steps.executions[${index}]`),
  );
  return { executions: new Map(executions.map((execution) => [execution.executionId, execution])) };
}

function captureExecution(execution: Execution): CborValue {
  return {
    execution_id: execution.executionId,
    workflow: execution.workflow,
    input_digest: execution.inputDigest,
    attempt: execution.attempt,
    diverged_at: execution.divergedAt,
    outcome: execution.outcome === null ? null : encodeOutcome(execution.outcome),
    records: [...execution.records.values()].map(captureRecord),
  };
}

function restoreExecution(value: CborValue, path: string): Execution {
  const captured = readRecord(value, path);
  const records = readEach(captured['records'], `${path}.records`, restoreRecord);
  return {
    executionId: readText(captured['execution_id'], `${path}.execution_id`),
    workflow: readText(captured['workflow'], `${path}.workflow`),
    inputDigest: readText(captured['input_digest'], `${path}.input_digest`),
    attempt: readUnsigned(captured['attempt'], `${path}.attempt`),
    divergedAt: readOptional(captured['diverged_at'], `${path}.diverged_at`, (found, at) =>
      stepKeyOf(readText(found, at)),
    ),
    outcome: readOptional(captured['outcome'], `${path}.outcome`, decodeExecutionOutcome),
    payloadBytes: records.reduce((bytes, record) => bytes + payloadBytesOf(record), 0),
    records: new Map(records.map((record) => [record.stepKey, record])),
  };
}

function captureRecord(record: StepRecord): CborValue {
  const { kind, stepKey, attempt, fingerprint } = record;
  return { kind, step_key: stepKey, attempt, fingerprint, ...captureStanding(record) };
}

function captureStanding(record: StepRecord): CborRecord {
  switch (record.kind) {
    case 'intent': {
      const { subclass, onAmbiguous, window, resolvedBy } = record;
      return { subclass, on_ambiguous: onAmbiguous, window, resolved_by: resolvedBy };
    }
    case 'settled':
      return { effect_class: record.effectClass, outcome: encodeOutcome(record.outcome) };
    case 'promise':
      return { token_digests: record.tokenDigests, payload: record.payload };
    case 'timer':
      return { due_ms: record.dueMs, is_fired: record.isFired };
  }
}

function restoreRecord(value: CborValue, path: string): StepRecord {
  const captured = readRecord(value, path);
  const kind = readOneOf(captured['kind'], `${path}.kind`, ['intent', 'settled', 'promise', 'timer']);
  const step = {
    stepKey: stepKeyOf(readText(captured['step_key'], `${path}.step_key`)),
    attempt: readUnsigned(captured['attempt'], `${path}.attempt`),
    fingerprint: readText(captured['fingerprint'], `${path}.fingerprint`),
  };
  switch (kind) {
    case 'intent':
      return {
        kind,
        ...step,
        subclass: readOneOf(captured['subclass'], `${path}.subclass`, guardedSubclasses),
        onAmbiguous: readOneOf(captured['on_ambiguous'], `${path}.on_ambiguous`, ambiguityPolicies),
        window: readUnsigned(captured['window'], `${path}.window`),
        resolvedBy: readOptional(captured['resolved_by'], `${path}.resolved_by`, (found, at) =>
          readOneOf(found, at, resolvingPolicies),
        ),
      };
    case 'settled':
      return {
        kind,
        ...step,
        effectClass: readOneOf(captured['effect_class'], `${path}.effect_class`, effectClasses),
        outcome: decodeStepOutcome(captured['outcome'], `${path}.outcome`),
      };
    case 'promise':
      return {
        kind,
        ...step,
        tokenDigests: readEach(captured['token_digests'], `${path}.token_digests`, readText),
        payload: readOptional(captured['payload'], `${path}.payload`, readPayload),
      };
    case 'timer':
      return {
        kind,
        ...step,
        dueMs: readUnsigned(captured['due_ms'], `${path}.due_ms`),
        isFired: readBoolean(captured['is_fired'], `${path}.is_fired`),
      };
  }
}
