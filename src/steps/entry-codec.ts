import type { CborRecord, CborValue } from '../codec/cbor.js';
import { readBytes, readLiteral, readOneOf, readRecord, readText, readUnsigned } from '../codec/shape.js';
import { ambiguityPolicies, effectClasses, guardedSubclasses } from './effect.js';
import { stepStates, type StepEntry } from './entry.js';
import { decodeExecutionOutcome, decodeFailed, decodeResult, encodeOutcome } from './outcome-codec.js';
import { payloadOf } from './payload.js';
import { type StepKey, stepKeyOf } from './step-key.js';

const version = 1;

/** An entry as data: version and kind first, then its fields. */
export function encodeEntry(entry: StepEntry): CborValue {
  return { version, kind: entry.kind, execution_id: entry.executionId, ...encodeFields(entry) };
}

function encodeFields(entry: StepEntry): CborRecord {
  switch (entry.kind) {
    case 'execution_opened':
      return { workflow: entry.workflow, input_digest: entry.inputDigest, attempt: entry.attempt };
    case 'effect_intent':
      return {
        step_key: entry.stepKey,
        fingerprint: entry.fingerprint,
        subclass: entry.subclass,
        on_ambiguous: entry.onAmbiguous,
      };
    case 'ambiguity_resolved':
      return { step_key: entry.stepKey, window: entry.window, policy: entry.policy };
    case 'step_result':
    case 'step_failed':
      return {
        step_key: entry.stepKey,
        fingerprint: entry.fingerprint,
        effect_class: entry.effectClass,
        outcome: encodeOutcome(entry.outcome),
      };
    case 'promise_created':
      return { step_key: entry.stepKey, fingerprint: entry.fingerprint };
    case 'promise_token_issued':
      return { step_key: entry.stepKey, token_digest: entry.tokenDigest };
    case 'promise_resolved':
      return { step_key: entry.stepKey, payload: entry.payload };
    case 'timer_armed':
      return { step_key: entry.stepKey, fingerprint: entry.fingerprint, due_ms: entry.dueMs };
    case 'timer_fired':
      return { step_key: entry.stepKey, now_ms: entry.nowMs };
    case 'execution_diverged':
      return { step_key: entry.stepKey, reason: entry.reason };
    case 'execution_finished':
      return { outcome: encodeOutcome(entry.outcome) };
    case 'intent_withdrawn':
      return { step_key: entry.stepKey };
    case 'execution_forgotten':
      return {};
  }
}

/** @throws ShapeError, InvalidStepKey or PayloadRejected when it is no entry of this version. */
export function decodeEntry(value: CborValue): StepEntry {
  const record = readRecord(value, 'entry');
  readLiteral(record['version'], 'entry.version', version);
  const kind = readOneOf(record['kind'], 'entry.kind', stepStates);
  const executionId = text(record, 'execution_id');
  switch (kind) {
    case 'execution_opened':
      return {
        kind,
        executionId,
        workflow: text(record, 'workflow'),
        inputDigest: text(record, 'input_digest'),
        attempt: unsigned(record, 'attempt'),
      };
    case 'execution_finished':
      return {
        kind,
        executionId,
        outcome: decodeExecutionOutcome(record['outcome'], 'entry.outcome'),
      };
    case 'execution_forgotten':
      return { kind, executionId };
    case 'effect_intent':
    case 'intent_withdrawn':
    case 'ambiguity_resolved':
    case 'step_result':
    case 'step_failed':
    case 'promise_created':
    case 'promise_token_issued':
    case 'promise_resolved':
    case 'timer_armed':
    case 'timer_fired':
    case 'execution_diverged':
      return decodeStepEntry(record, kind, executionId, stepKeyOf(text(record, 'step_key')));
  }
}

type StepKind = Exclude<
  (typeof stepStates)[number],
  'execution_opened' | 'execution_finished' | 'execution_forgotten'
>;

function decodeStepEntry(
  record: CborRecord,
  kind: StepKind,
  executionId: string,
  stepKey: StepKey,
): StepEntry {
  switch (kind) {
    case 'effect_intent':
      return {
        kind,
        executionId,
        stepKey,
        fingerprint: text(record, 'fingerprint'),
        subclass: readOneOf(record['subclass'], 'entry.subclass', guardedSubclasses),
        onAmbiguous: readOneOf(record['on_ambiguous'], 'entry.on_ambiguous', ambiguityPolicies),
      };
    case 'intent_withdrawn':
      return { kind, executionId, stepKey };
    case 'ambiguity_resolved': {
      const policy = readOneOf(record['policy'], 'entry.policy', ambiguityPolicies);
      return { kind, executionId, stepKey, window: unsigned(record, 'window'), policy };
    }
    case 'step_result':
      return {
        kind,
        executionId,
        stepKey,
        fingerprint: text(record, 'fingerprint'),
        effectClass: readOneOf(record['effect_class'], 'entry.effect_class', effectClasses),
        outcome: decodeResult(record['outcome'], 'entry.outcome'),
      };
    case 'step_failed':
      return {
        kind,
        executionId,
        stepKey,
        fingerprint: text(record, 'fingerprint'),
        effectClass: readOneOf(record['effect_class'], 'entry.effect_class', effectClasses),
        outcome: decodeFailed(record['outcome'], 'entry.outcome'),
      };
    case 'promise_created':
      return { kind, executionId, stepKey, fingerprint: text(record, 'fingerprint') };
    case 'promise_token_issued':
      return { kind, executionId, stepKey, tokenDigest: text(record, 'token_digest') };
    case 'promise_resolved': {
      const bytes = readBytes(record['payload'], 'entry.payload');
      return { kind, executionId, stepKey, payload: payloadOf(bytes, `value of ${stepKey}`) };
    }
    case 'timer_armed': {
      const fingerprint = text(record, 'fingerprint');
      return { kind, executionId, stepKey, fingerprint, dueMs: unsigned(record, 'due_ms') };
    }
    case 'timer_fired':
      return { kind, executionId, stepKey, nowMs: unsigned(record, 'now_ms') };
    case 'execution_diverged':
      return { kind, executionId, stepKey, reason: text(record, 'reason') };
  }
}

function text(record: CborRecord, field: string): string {
  return readText(record[field], `entry.${field}`);
}

function unsigned(record: CborRecord, field: string): number {
  return readUnsigned(record[field], `entry.${field}`);
}
