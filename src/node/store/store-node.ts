import { CodecError } from '../../codec/codec-error.js';
import type { CborValue } from '../../codec/cbor.js';
import { requestOf } from '../../remote/canonical-request.js';
import { assertSecret, isSealed } from '../../remote/capability-seal.js';
import { type Computation, labelOf } from '../../remote/computation.js';
import {
  ComputationBoundTwice,
  type ComputationHandler,
  ComputationRegistry,
  UnknownComputation,
} from '../../remote/computation-registry.js';
import type { DedupLimits } from '../../remote/dedup-limits.js';
import { encodeExecuteAnswer, type ExecuteAnswer } from '../../remote/execute-answer.js';
import { decodeExecuteRequest, type ExecuteRequest } from '../../remote/execute-request.js';
import {
  decodeHoldRequest,
  decodeNameRequest,
  encodeFound,
  segmentComputations,
  segmentLabels,
} from '../../remote/segment-computations.js';
import { encodeStoredObject } from '../../remote/object-name.js';
import { describe } from '../../remote/segments-decide.js';
import type { SegmentsLimits } from '../../remote/segments-limits.js';
import { objectAt } from '../../remote/segments-state.js';
import { traceFields } from '../../remote/trace-context.js';
import type { Network } from '../../runtime/network.js';
import type { Ports } from '../../runtime/ports.js';
import { awaitedByMany } from '../awaited-by-many.js';
import type { NodeStopped } from '../errors.js';
import { Requests } from '../../requests/requests.js';
import { Shell, type ShellOptions } from '../shell.js';
import { answerOf } from './store-answer.js';
import { type StoreRooms, storeRooms, type StoreTimes, storeTimes } from './store-rooms.js';
import { type Asker, fenceAbove } from './store-run.js';
import { StoreRuns, type Work } from './store-runs.js';

export interface StoreOptions extends ShellOptions {
  /** 32 bytes, the same as the authority's: what it has not sealed is refused. */
  readonly secret: Uint8Array;
  readonly dedup: DedupLimits;
  readonly segments: SegmentsLimits;
  /** What may be asked for besides segments. It acts on the world outside, at least once under its key. */
  readonly computations: Iterable<readonly [Computation, ComputationHandler]>;
}

/**
 * The node that remote work is done by: capability, registry, fence, then once for each key; and the objects that it holds. Design section
 * 3, point 5. Nothing that it answers rests on anything that is not durable.
 */
export class StoreNode {
  readonly #ports: Ports;
  readonly #secret: Uint8Array;
  readonly #registry: ComputationRegistry;
  readonly #shell: Shell;
  readonly #rooms: StoreRooms;
  readonly #times: StoreTimes;
  readonly #runs: StoreRuns;
  readonly #life = awaitedByMany();
  #requests: Requests | undefined;

  private constructor(
    ports: Ports,
    secret: Uint8Array,
    registry: ComputationRegistry,
    rooms: StoreRooms,
    shell: Shell,
  ) {
    this.#ports = ports;
    this.#secret = secret;
    this.#registry = registry;
    this.#shell = shell;
    this.#rooms = rooms;
    this.#times = storeTimes(rooms, ports.clock);
    this.#runs = new StoreRuns(shell, rooms, this.#times, ports.probe, this.#life.signal);
  }

  /**
   * Recovers the node from its log, abandons whatever was in flight, and answers under the name of `network` from then on.
   *
   * Rejects as {@link Shell.open}, and with what is wrong with the options: Unsealable, InvalidDedupLimit, InvalidSegmentsLimit,
   * ComputationBoundTwice.
   */
  static async open(ports: Ports, network: Network, options: StoreOptions): Promise<StoreNode> {
    assertSecret(options.secret);
    const bindings = [...options.computations];
    for (const [computation] of bindings) {
      if (segmentLabels.includes(labelOf(computation))) throw new ComputationBoundTwice(computation);
    }
    const registry = new ComputationRegistry(bindings);
    const rooms = storeRooms(options);
    const shell = await Shell.open(ports, options, [rooms.dedup, rooms.segments]);
    const node = new StoreNode(ports, options.secret, registry, rooms, shell);
    void shell.failure.then((stopped) => node.#letGo(stopped));
    await node.#runs.abandonAll();
    node.#requests = new Requests(ports, network, (_from, body) => node.#serve(body));
    return node;
  }

  get lastLsn(): number {
    return this.#shell.lastLsn;
  }

  /** Settles when this life is over because the disk failed. */
  get failure(): Promise<NodeStopped> {
    return this.#shell.failure;
  }

  /** The whole state as data, with the LSN that it is the fold of, once that is durable. For comparing nodes. */
  durableState(): Promise<{ readonly lsn: number; readonly state: CborValue }> {
    const { dedup, segments } = this.#rooms;
    return this.#shell.read(() => ({
      lsn: this.lastLsn,
      state: { [dedup.name]: dedup.capture(), [segments.name]: segments.capture() },
    }));
  }

  /** Rejects with NodeStopped when this life ends first: whoever asked asks again. */
  async #serve(body: CborValue): Promise<CborValue> {
    let request: ExecuteRequest;
    try {
      request = decodeExecuteRequest(body);
    } catch (error) {
      return encodeExecuteAnswer(invalid(error));
    }
    const answer = await this.execute(request);
    const { sessionId: session, generation } = request.capability;
    const answered = { session, generation, answer: answer.kind, ...traceFields(request.trace) };
    this.#ports.probe.event('store.answered', answered);
    return encodeExecuteAnswer(answer);
  }

  /** Capability, registry, fence, and then the work itself. Rejects with NodeStopped when this life ends first. */
  async execute({ capability, identity, request }: ExecuteRequest): Promise<ExecuteAnswer> {
    const { sessionId, generation } = capability;
    const asked = requestOf(request);
    const label = labelOf(asked.computation);
    if (!isSealed(this.#secret, capability) || !capability.computations.includes(label)) {
      const code = 'REMOTE_NO_CAPABILITY';
      return { kind: 'no_capability', code, message: `nothing gives the right to ${label}` };
    }
    const asker = { sessionId, generation };
    try {
      const query = queries.get(label);
      if (query !== undefined) return await this.#query(asker, query(this.#rooms, asked.input));
      const work = this.#workOf(asked.computation, asked.input);
      return await this.#runs.carryOut({ ...asker, identity, request }, work);
    } catch (error) {
      if (error instanceof UnknownComputation) {
        return { kind: 'unknown_computation', code: error.code, message: error.message };
      }
      return invalid(error);
    }
  }

  async close(): Promise<void> {
    this.#letGo();
    await this.#shell.close();
  }

  #letGo(reason?: NodeStopped): void {
    this.#life.abort(reason);
    this.#requests?.close();
  }

  /** Fenced like anything else, so that nobody who has lost the session sees it go on; but not done once: it does nothing. */
  async #query(asker: Asker, answer: () => Uint8Array): Promise<ExecuteAnswer> {
    const nowMs = this.#times.dedupMs();
    const passed = await this.#shell.submit(this.#rooms.dedup, { kind: 'fence', ...asker, nowMs });
    if (passed.kind === 'refused') return answerOf(passed.refusal);
    return this.#shell.read((): ExecuteAnswer => {
      const highest = fenceAbove(this.#rooms.dedup.state, asker);
      if (highest !== undefined) return { kind: 'fenced', highest };
      return { kind: 'outcome', outcome: { kind: 'success', response: answer() } };
    });
  }

  /** @throws UnknownComputation, and CodecError when the input is none. */
  #workOf(computation: Computation, input: Uint8Array): Work {
    const label = labelOf(computation);
    for (const kind of ['put', 'pin', 'release'] as const) {
      if (label === labelOf(segmentComputations[kind])) {
        return { kind: 'hold', request: decodeHoldRequest(kind, input) };
      }
    }
    return { kind: 'outside', handler: this.#registry.handlerOf(computation) };
  }
}

/** What only asks. @throws CodecError when the input is none. */
type Query = (rooms: StoreRooms, input: Uint8Array) => () => Uint8Array;

const queries: ReadonlyMap<string, Query> = new Map<string, Query>([
  [
    labelOf(segmentComputations.stat),
    ({ segments }, input) => {
      const name = decodeNameRequest(input);
      return () => {
        const found = objectAt(segments.state, name);
        return encodeFound(found === undefined ? null : encodeStoredObject(describe(found)));
      };
    },
  ],
  [
    labelOf(segmentComputations.get),
    ({ segments }, input) => {
      const name = decodeNameRequest(input);
      return () => encodeFound(objectAt(segments.state, name)?.bytes ?? null);
    },
  ],
]);

/** What cannot be read never will be. Anything else is for whoever runs the node. */
function invalid(error: unknown): ExecuteAnswer {
  if (!(error instanceof CodecError)) throw error;
  return { kind: 'invalid', code: 'REMOTE_INVALID_REQUEST', message: error.message };
}
