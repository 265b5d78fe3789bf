import type { CborValue } from '../codec/cbor.js';
import { readBoolean, readOneOf, readOptional, readRecord, readText, readUnsigned } from '../codec/shape.js';
import type { MemberAnswer } from './barrier.js';
import type { Cursors } from './cursors.js';
import { operationKinds } from './kind.js';
import type { PeerHandle } from './operation.js';
import { type OperationResult, outcomeKinds, type TerminalOutcome } from './outcome.js';
import type { OperationSource, OperationSpec } from './spec.js';

type Found = CborValue | undefined;

const sourceKinds = ['session_child', 'backend_peer', 'detached_job'] as const;

export function encodeSpec(spec: OperationSpec): CborValue {
  return {
    operation_id: spec.operationId,
    kind: spec.kind,
    owner_session_id: spec.ownerSessionId,
    display_name: spec.displayName,
    source_label: spec.sourceLabel,
    operation_source: spec.source === null ? null : encodeSource(spec.source),
  };
}

/** @throws ShapeError, also when the source is missing: no source has to be said, by null. */
export function decodeSpec(value: Found, path: string): OperationSpec {
  const record = readRecord(value, path);
  const source = record['operation_source'];
  return {
    operationId: readText(record['operation_id'], `${path}.operation_id`),
    kind: readOneOf(record['kind'], `${path}.kind`, operationKinds),
    ownerSessionId: readText(record['owner_session_id'], `${path}.owner_session_id`),
    displayName: readText(record['display_name'], `${path}.display_name`),
    sourceLabel: readText(record['source_label'], `${path}.source_label`),
    source: source === null ? null : decodeSource(source, `${path}.operation_source`),
  };
}

function encodeSource(source: OperationSource): CborValue {
  switch (source.kind) {
    case 'session_child':
      return { kind: source.kind, session_id: source.sessionId };
    case 'backend_peer':
      return { kind: source.kind, peer_id: source.peerId, address: source.address };
    case 'detached_job':
      return { kind: source.kind, realm_id: source.realmId, job_id: source.jobId };
  }
}

function decodeSource(value: Found, path: string): OperationSource {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, sourceKinds);
  const text = (key: string) => readText(record[key], `${path}.${key}`);
  switch (kind) {
    case 'session_child':
      return { kind, sessionId: text('session_id') };
    case 'backend_peer':
      return { kind, peerId: text('peer_id'), address: text('address') };
    case 'detached_job':
      return { kind, realmId: text('realm_id'), jobId: text('job_id') };
  }
}

export function encodeOutcome(outcome: TerminalOutcome): CborValue {
  switch (outcome.kind) {
    case 'completed':
      return { kind: outcome.kind, result: encodeResult(outcome.result) };
    case 'failed':
      return { kind: outcome.kind, error: outcome.error };
    case 'aborted':
    case 'cancelled':
    case 'terminated':
      return { kind: outcome.kind, reason: outcome.reason };
    case 'retired':
      return { kind: outcome.kind };
  }
}

export function decodeOutcome(value: Found, path: string): TerminalOutcome {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, outcomeKinds);
  switch (kind) {
    case 'completed':
      return { kind, result: decodeResult(record['result'], `${path}.result`) };
    case 'failed':
      return { kind, error: readText(record['error'], `${path}.error`) };
    case 'aborted':
    case 'cancelled':
      return { kind, reason: readOptional(record['reason'], `${path}.reason`, readText) };
    case 'terminated':
      return { kind, reason: readText(record['reason'], `${path}.reason`) };
    case 'retired':
      return { kind };
  }
}

function encodeResult(result: OperationResult): CborValue {
  return {
    id: result.id,
    content: result.content,
    is_error: result.isError,
    duration_ms: result.durationMs,
    tokens_used: result.tokensUsed,
  };
}

function decodeResult(value: Found, path: string): OperationResult {
  const record = readRecord(value, path);
  return {
    id: readText(record['id'], `${path}.id`),
    content: readText(record['content'], `${path}.content`),
    isError: readBoolean(record['is_error'], `${path}.is_error`),
    durationMs: readUnsigned(record['duration_ms'], `${path}.duration_ms`),
    tokensUsed: readUnsigned(record['tokens_used'], `${path}.tokens_used`),
  };
}

export function encodePeer(peer: PeerHandle): CborValue {
  return { peer_name: peer.peerName, peer_id: peer.peerId, address: peer.address };
}

export function decodePeer(value: Found, path: string): PeerHandle {
  const record = readRecord(value, path);
  return {
    peerName: readText(record['peer_name'], `${path}.peer_name`),
    peerId: readText(record['peer_id'], `${path}.peer_id`),
    address: readText(record['address'], `${path}.address`),
  };
}

export function encodeAnswer(answer: MemberAnswer): CborValue {
  if (answer.kind === 'rolled_back') return { kind: answer.kind };
  return { kind: answer.kind, outcome: encodeOutcome(answer.outcome), seq: answer.seq };
}

export function decodeAnswer(value: Found, path: string): MemberAnswer {
  const record = readRecord(value, path);
  const kind = readOneOf(record['kind'], `${path}.kind`, ['ended', 'rolled_back']);
  if (kind === 'rolled_back') return { kind };
  return {
    kind,
    outcome: decodeOutcome(record['outcome'], `${path}.outcome`),
    seq: readUnsigned(record['seq'], `${path}.seq`),
  };
}

/** The names of the reference's persisted form. */
export function encodeCursors(cursors: Cursors): CborValue {
  return {
    agent_applied_cursor: cursors.applied,
    runtime_observed_seq: cursors.observed,
    runtime_last_injected_seq: cursors.injected,
  };
}

export function decodeCursors(value: Found, path: string): Cursors {
  const record = readRecord(value, path);
  const seq = (key: string) => readUnsigned(record[key], `${path}.${key}`);
  return {
    applied: seq('agent_applied_cursor'),
    observed: seq('runtime_observed_seq'),
    injected: seq('runtime_last_injected_seq'),
  };
}
