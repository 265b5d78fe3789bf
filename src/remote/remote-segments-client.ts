import { ShapeError } from '../codec/codec-error.js';
import { readBytes } from '../codec/shape.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { RemoteRequest } from './canonical-request.js';
import type { Computation } from './computation.js';
import { RemoteFailed } from './executor-refusal.js';
import { deriveKey, type RequestIdentity } from './idempotency-key.js';
import { decodeStoredObject } from './object-name.js';
import type {
  ObjectName,
  PinAnswer,
  PutAnswer,
  RemoteSegments,
  StoredObject,
  StoreTerms,
} from './remote-segments.js';
import type { RemoteExecutor } from './remote-work.js';
import {
  decodeFound,
  decodeHoldAnswer,
  encodeHoldRequest,
  encodeNameRequest,
  type HoldRequest,
  type ReadHoldAnswer,
  segmentComputations,
} from './segment-computations.js';

/** The remote store by named computations, each of which goes the whole way: nothing reaches it but through an executor. Flaw F56. */
export class RemoteSegmentsClient implements RemoteSegments {
  readonly #executor: RemoteExecutor;

  constructor(executor: RemoteExecutor) {
    this.#executor = executor;
  }

  async put(name: ObjectName, bytes: Uint8Array, holder: string, terms: StoreTerms): Promise<PutAnswer> {
    const answer = await this.#hold(
      { kind: 'put', name, bytes, holder },
      putIdentity(name, holder, terms),
      terms,
    );
    const { kind, created, object } = answer;
    if (kind === 'released') return { kind };
    if (object === null) throw unfit(answer);
    if (kind === 'conflict') return { kind, object };
    if (kind === 'held' && created !== null) return { kind, created, object };
    throw unfit(answer);
  }

  async pin(name: ObjectName, expected: StoredObject, holder: string, terms: StoreTerms): Promise<PinAnswer> {
    const answer = await this.#hold({ kind: 'pin', name, expected, holder }, { kind: 'request' }, terms);
    const { kind, object } = answer;
    if (kind !== 'conflict') return { kind };
    if (object === null) throw unfit(answer);
    return { kind, object };
  }

  async release(name: ObjectName, holder: string, terms: StoreTerms): Promise<void> {
    const answer = await this.#hold({ kind: 'release', name, holder }, { kind: 'request' }, terms);
    if (answer.kind !== 'released') throw unfit(answer);
  }

  async stat(name: ObjectName, terms: StoreTerms): Promise<StoredObject | undefined> {
    const input = encodeNameRequest(name);
    const response = await this.#ask(segmentComputations.stat, input, { kind: 'request' }, terms);
    return decodeFound(response, decodeStoredObject);
  }

  async get(name: ObjectName, terms: StoreTerms): Promise<Uint8Array | undefined> {
    const input = encodeNameRequest(name);
    const response = await this.#ask(segmentComputations.get, input, { kind: 'request' }, terms);
    return decodeFound(response, readBytes);
  }

  async #hold(request: HoldRequest, identity: RequestIdentity, terms: StoreTerms): Promise<ReadHoldAnswer> {
    const computation = segmentComputations[request.kind];
    return decodeHoldAnswer(await this.#ask(computation, encodeHoldRequest(request), identity, terms));
  }

  async #ask(
    computation: Computation,
    input: Uint8Array,
    identity: RequestIdentity,
    terms: StoreTerms,
  ): Promise<Uint8Array> {
    const request: RemoteRequest = { computation, input };
    const { sagaId } = terms;
    const outcome = await this.#executor.execute({ ...terms, identity, request, traceId: sagaId });
    if (outcome.kind === 'failure') throw new RemoteFailed(outcome.code, outcome.message);
    return outcome.response;
  }
}

/**
 * A put is a step of its saga: the same one, whatever bytes it is given, so that other bytes are told as a conflict. A new attempt takes a new
 * holder, and so another key: flaw F47. Segments and manifests have steps of their own.
 */
function putIdentity({ kind, id }: ObjectName, holder: string, { sagaId }: StoreTerms): RequestIdentity {
  return { kind: 'step', flow: deriveKey(utf8ToBytes(sagaId)), object: id, step: `${kind}_put:${holder}` };
}

function unfit({ kind }: ReadHoldAnswer): ShapeError {
  return new ShapeError('response', 'an answer to what was asked', kind);
}
