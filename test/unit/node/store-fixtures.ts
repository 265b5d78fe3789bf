import type { StoreOptions } from '../../../src/node/store/store-node.js';
import { StoreNode } from '../../../src/node/store/store-node.js';
import { canonicalRequest } from '../../../src/remote/canonical-request.js';
import { sealCapability } from '../../../src/remote/capability-seal.js';
import { type Computation, labelOf } from '../../../src/remote/computation.js';
import type { ExecuteAnswer } from '../../../src/remote/execute-answer.js';
import type { ExecuteRequest } from '../../../src/remote/execute-request.js';
import { deriveKey, type RequestIdentity } from '../../../src/remote/idempotency-key.js';
import {
  decodeHoldAnswer,
  encodeHoldRequest,
  encodeNameRequest,
  type HoldRequest,
  type ReadHoldAnswer,
  segmentComputations,
  segmentLabels,
} from '../../../src/remote/segment-computations.js';
import type { Network } from '../../../src/runtime/network.js';
import type { Ports } from '../../../src/runtime/ports.js';
import { bytes } from '../log/sea.js';

export const secret = new Uint8Array(32).fill(7);
export const charge: Computation = { kind: 'custom', name: 'charge' };
export const segment = { kind: 'segment', id: '09'.repeat(16) } as const;

export const storeOptions: StoreOptions = {
  directory: 'log',
  segmentBytes: 8192,
  snapshotEveryRecords: 1000,
  secret,
  dedup: { recordsMax: 100, sessionsMax: 10, retentionMs: 100_000 },
  segments: { bytesMax: 100_000, holdsMax: 100, tombstoneMs: 100_000 },
  computations: [],
};

/** A name on no network: for a store that is asked in its own process. */
export const nowhere: Network = { self: 'store', send() {}, receive() {}, close() {} };

export function openStore(ports: Ports, changes: Partial<StoreOptions> = {}): Promise<StoreNode> {
  return StoreNode.open(ports, nowhere, { ...storeOptions, ...changes });
}

export interface AskChanges {
  readonly sessionId?: string;
  readonly generation?: number;
  readonly computations?: readonly string[];
  readonly sealedWith?: Uint8Array;
  readonly identity?: RequestIdentity;
}

export function ask(computation: Computation, input: Uint8Array, changes: AskChanges = {}): ExecuteRequest {
  const { sessionId = 's', generation = 1, sealedWith = secret, identity = { kind: 'request' } } = changes;
  const { computations = [...segmentLabels, labelOf(charge)] } = changes;
  const fields = { sessionId, generation, computations, grantedForMs: 1000 };
  return {
    capability: sealCapability(sealedWith, fields),
    identity,
    request: canonicalRequest({ computation, input }),
    trace: { traceId: 'trace', sagaId: 'saga', attempt: 1, epoch: generation, simulation: null },
  };
}

/** As the client asks: see `remote-segments-client.ts`. */
export function askHold(request: HoldRequest, changes: AskChanges = {}): ExecuteRequest {
  const step = { kind: 'step', flow: deriveKey(bytes('saga')), object: request.name.id } as const;
  const identity = { ...step, step: `segment_put:${request.holder}` };
  const isPut = request.kind === 'put' && changes.identity === undefined;
  const asked = isPut ? { ...changes, identity } : changes;
  return ask(segmentComputations[request.kind], encodeHoldRequest(request), asked);
}

export function put(content: string, holder = 'one'): HoldRequest {
  return { kind: 'put', name: segment, holder, bytes: bytes(content) };
}

export function release(holder = 'one'): HoldRequest {
  return { kind: 'release', name: segment, holder };
}

export function stat(changes: AskChanges = {}): ExecuteRequest {
  return ask(segmentComputations.stat, encodeNameRequest(segment), changes);
}

/** What a hold was answered. */
export function heard(answer: ExecuteAnswer): ReadHoldAnswer {
  return decodeHoldAnswer(responseOf(answer));
}

export function responseOf(answer: ExecuteAnswer): Uint8Array {
  if (answer.kind !== 'outcome' || answer.outcome.kind !== 'success') {
    throw new Error(`no response: ${JSON.stringify(answer)}`);
  }
  return answer.outcome.response;
}
