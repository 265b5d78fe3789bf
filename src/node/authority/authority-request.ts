import type { CborValue } from '../../codec/cbor.js';
import { readOneOf, readRecord, readText, readUnsigned } from '../../codec/shape.js';
import {
  decodeCapability,
  decodeReadiness,
  decodeReceipt,
  decodeScope,
  encodeCapability,
  encodeReadiness,
  encodeReceipt,
  encodeScope,
} from '../../ownership/artifact-codec.js';
import type { OwnershipCapability, OwnershipReceipt, ReadinessWitness } from '../../ownership/capability.js';
import { ownerLossPolicies } from '../../ownership/ending.js';
import type { OwnershipScope } from '../../ownership/scope.js';
import type { AdmittedOperation, ClaimRequest, Settlement } from './authority.js';
import { decodeOperation, decodeSettlement, encodeOperation, encodeSettlement } from './ledger-codec.js';

/** A call of `Authority`, as it is asked over the network. */
export type AuthorityRequest =
  | ({ readonly call: 'claim' } & ClaimRequest)
  | { readonly call: 'commit_transfer'; readonly receipt: OwnershipReceipt; readonly byOwnerId: string }
  | { readonly call: 'standing'; readonly operationId: string }
  | CapabilityRequest;

/** Those in which a capability is shown. */
export type CapabilityRequest = { readonly capability: OwnershipCapability } & (
  | { readonly call: 'renew' | 'release' | 'close' }
  | { readonly call: 'begin_transfer'; readonly toOwnerId: string; readonly scope: OwnershipScope }
  | { readonly call: 'rollback_transfer'; readonly receipt: OwnershipReceipt }
  | { readonly call: 'issue_readiness'; readonly predicateRef: string }
  | { readonly call: 'consume_readiness'; readonly witness: ReadinessWitness }
  | { readonly call: 'admit'; readonly operation: AdmittedOperation }
  | { readonly call: 'open_operations'; readonly afterOperationId: string; readonly limit: number }
  | { readonly call: 'settle'; readonly operationId: string; readonly settlement: Settlement }
);

const calls = [
  'claim',
  'renew',
  'release',
  'close',
  'begin_transfer',
  'commit_transfer',
  'rollback_transfer',
  'issue_readiness',
  'consume_readiness',
  'admit',
  'open_operations',
  'settle',
  'standing',
] as const;

export function encodeRequest(request: AuthorityRequest): CborValue {
  const { call } = request;
  switch (call) {
    case 'claim': {
      const { sessionId, ownerId, generation, policy, requestId } = request;
      return { call, session_id: sessionId, owner_id: ownerId, generation, policy, request_id: requestId };
    }
    case 'commit_transfer':
      return { call, receipt: encodeReceipt(request.receipt), by_owner_id: request.byOwnerId };
    case 'standing':
      return { call, operation_id: request.operationId };
    case 'renew':
    case 'release':
    case 'close':
    case 'begin_transfer':
    case 'rollback_transfer':
    case 'issue_readiness':
    case 'consume_readiness':
    case 'admit':
    case 'open_operations':
    case 'settle':
      return { call, capability: encodeCapability(request.capability), ...encodeFacts(request) };
  }
}

function encodeFacts(request: CapabilityRequest): { readonly [key: string]: CborValue } {
  switch (request.call) {
    case 'renew':
    case 'release':
    case 'close':
      return {};
    case 'begin_transfer':
      return { to_owner_id: request.toOwnerId, scope: encodeScope(request.scope) };
    case 'rollback_transfer':
      return { receipt: encodeReceipt(request.receipt) };
    case 'issue_readiness':
      return { predicate_ref: request.predicateRef };
    case 'consume_readiness':
      return { witness: encodeReadiness(request.witness) };
    case 'admit':
      return { operation: encodeOperation(request.operation) };
    case 'open_operations':
      return { after_operation_id: request.afterOperationId, limit: request.limit };
    case 'settle':
      return { operation_id: request.operationId, settlement: encodeSettlement(request.settlement) };
  }
}

/** @throws ShapeError when it is none. */
export function decodeRequest(value: CborValue): AuthorityRequest {
  const record = readRecord(value, 'request');
  const call = readOneOf(record['call'], 'request.call', calls);
  const text = (key: string): string => readText(record[key], `request.${key}`);
  const capability = (): OwnershipCapability => decodeCapability(record['capability'], 'request.capability');
  const receipt = (): OwnershipReceipt => decodeReceipt(record['receipt'], 'request.receipt');
  switch (call) {
    case 'claim': {
      const policy = readOneOf(record['policy'], 'request.policy', ownerLossPolicies);
      const ids = { sessionId: text('session_id'), ownerId: text('owner_id'), requestId: text('request_id') };
      const generation = readUnsigned(record['generation'], 'request.generation');
      return { call, ...ids, generation, policy };
    }
    case 'commit_transfer':
      return { call, receipt: receipt(), byOwnerId: text('by_owner_id') };
    case 'standing':
      return { call, operationId: text('operation_id') };
    case 'renew':
    case 'release':
    case 'close':
      return { call, capability: capability() };
    case 'begin_transfer': {
      const scope = decodeScope(record['scope'], 'request.scope');
      return { call, capability: capability(), toOwnerId: text('to_owner_id'), scope };
    }
    case 'rollback_transfer':
      return { call, capability: capability(), receipt: receipt() };
    case 'issue_readiness':
      return { call, capability: capability(), predicateRef: text('predicate_ref') };
    case 'consume_readiness': {
      const witness = decodeReadiness(record['witness'], 'request.witness');
      return { call, capability: capability(), witness };
    }
    case 'admit': {
      const operation = decodeOperation(record['operation'], 'request.operation');
      return { call, capability: capability(), operation };
    }
    case 'open_operations': {
      const limit = readUnsigned(record['limit'], 'request.limit');
      return { call, capability: capability(), afterOperationId: text('after_operation_id'), limit };
    }
    case 'settle': {
      const settlement = decodeSettlement(record['settlement'], 'request.settlement');
      return { call, capability: capability(), operationId: text('operation_id'), settlement };
    }
  }
}
