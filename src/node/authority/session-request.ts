import type { CborRecord, CborValue } from '../../codec/cbor.js';
import { readBytes, readEach, readOneOf, readRecord, readText, readUnsigned } from '../../codec/shape.js';
import { decodeCapability, encodeCapability } from '../../ownership/artifact-codec.js';
import type { OwnershipCapability } from '../../ownership/capability.js';
import type { Edge, OwnerChange } from '../../sessions/command.js';
import { decodePlan, encodePlan, type OpenPlan } from '../../sessions/open-plan.js';
import type { Message } from '../../sessions/state.js';
import type { SessionStep } from './sessions.js';

/** A call of `Sessions`, as it is asked over the network. */
export type SessionRequest =
  | {
      readonly call: 'session_open';
      readonly capability: OwnershipCapability;
      readonly requestId: string;
      readonly plan: OpenPlan;
    }
  | { readonly call: 'session_send'; readonly step: SessionStep; readonly message: Message }
  | { readonly call: 'session_receive'; readonly step: SessionStep }
  | {
      readonly call: 'session_change';
      readonly capability: OwnershipCapability;
      readonly sid: number;
      readonly change: OwnerChange;
    }
  | { readonly call: 'session_reap'; readonly capability: OwnershipCapability }
  | { readonly call: 'session_view'; readonly sid: number }
  | { readonly call: 'session_memory' };

const calls = [
  'session_open',
  'session_send',
  'session_receive',
  'session_change',
  'session_reap',
  'session_view',
  'session_memory',
] as const;

const changes = [
  'bind_default_handler',
  'bind_edge_handler',
  'record_trace',
  'drain',
  'close',
  'cancel',
  'fault',
] as const;

/** Whether a request is one of these, be it well-formed or not. */
export function isSessionRequest(value: CborValue): boolean {
  if (typeof value !== 'object' || value === null || !('call' in value)) return false;
  const { call } = value;
  return typeof call === 'string' && call.startsWith('session_');
}

export function encodeSessionRequest(request: SessionRequest): CborValue {
  const { call } = request;
  switch (call) {
    case 'session_open': {
      const { capability, requestId, plan } = request;
      const opened = { request_id: requestId, plan: encodePlan(plan) };
      return { call, capability: encodeCapability(capability), ...opened };
    }
    case 'session_send': {
      const { label, payload } = request.message;
      return { call, ...encodeStep(request.step), label, payload };
    }
    case 'session_receive':
      return { call, ...encodeStep(request.step) };
    case 'session_change': {
      const { capability, sid, change } = request;
      return { call, capability: encodeCapability(capability), sid, change: encodeChange(change) };
    }
    case 'session_reap':
      return { call, capability: encodeCapability(request.capability) };
    case 'session_view':
      return { call, sid: request.sid };
    case 'session_memory':
      return { call };
  }
}

/** @throws ShapeError, InvalidPlan or InvalidLocalType when it is none. */
export function decodeSessionRequest(value: CborValue): SessionRequest {
  const record = readRecord(value, 'request');
  const call = readOneOf(record['call'], 'request.call', calls);
  const text = (key: string): string => readText(record[key], `request.${key}`);
  const capability = (): OwnershipCapability => decodeCapability(record['capability'], 'request.capability');
  const sid = (): number => readUnsigned(record['sid'], 'request.sid');
  switch (call) {
    case 'session_open': {
      const plan = decodePlan(record['plan'], 'request.plan');
      return { call, capability: capability(), requestId: text('request_id'), plan };
    }
    case 'session_send': {
      const payload = readBytes(record['payload'], 'request.payload');
      return { call, step: decodeStep(record), message: { label: text('label'), payload } };
    }
    case 'session_receive':
      return { call, step: decodeStep(record) };
    case 'session_change': {
      const change = decodeChange(readRecord(record['change'], 'request.change'));
      return { call, capability: capability(), sid: sid(), change };
    }
    case 'session_reap':
      return { call, capability: capability() };
    case 'session_view':
      return { call, sid: sid() };
    case 'session_memory':
      return { call };
  }
}

function encodeStep({ sid, from, to, position }: SessionStep): CborRecord {
  return { sid, from, to, position };
}

function decodeStep(record: CborRecord): SessionStep {
  return {
    sid: readUnsigned(record['sid'], 'request.sid'),
    from: readText(record['from'], 'request.from'),
    to: readText(record['to'], 'request.to'),
    position: readUnsigned(record['position'], 'request.position'),
  };
}

function encodeChange(change: OwnerChange): CborValue {
  const { kind } = change;
  switch (kind) {
    case 'bind_default_handler':
      return { kind, handler: change.handler };
    case 'bind_edge_handler':
      return { kind, edge: { ...change.edge }, handler: change.handler };
    case 'record_trace':
      return { kind, edge: { ...change.edge }, trace: [...change.trace] };
    case 'fault':
      return { kind, reason: change.reason };
    case 'drain':
    case 'close':
    case 'cancel':
      return { kind };
  }
}

function decodeChange(record: CborRecord): OwnerChange {
  const kind = readOneOf(record['kind'], 'request.change.kind', changes);
  const text = (key: string): string => readText(record[key], `request.change.${key}`);
  switch (kind) {
    case 'bind_default_handler':
      return { kind, handler: text('handler') };
    case 'bind_edge_handler':
      return { kind, edge: decodeEdge(record), handler: text('handler') };
    case 'record_trace':
      return {
        kind,
        edge: decodeEdge(record),
        trace: readEach(record['trace'], 'request.change.trace', readText),
      };
    case 'fault':
      return { kind, reason: text('reason') };
    case 'drain':
    case 'close':
    case 'cancel':
      return { kind };
  }
}

function decodeEdge(change: CborRecord): Edge {
  const record = readRecord(change['edge'], 'request.change.edge');
  return {
    sid: readUnsigned(record['sid'], 'request.change.edge.sid'),
    from: readText(record['from'], 'request.change.edge.from'),
    to: readText(record['to'], 'request.change.edge.to'),
  };
}
