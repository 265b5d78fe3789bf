import { digestHex } from '../../codec/digest.js';
import type { Milliseconds } from '../../runtime/clock.js';
import { SleepAborted } from '../../runtime/clock.js';
import type { Ports } from '../../runtime/ports.js';
import { Executor, type ExecutorOptions } from '../../remote/executor.js';
import type { Bulkhead } from '../../remote/bulkhead.js';
import type { RemoteRequest } from '../../remote/canonical-request.js';
import { labelOf } from '../../remote/computation.js';
import {
  ComputationRefused,
  type ExecutorRefusal,
  NoCapability,
  RemoteConflict,
  RemoteFenced,
} from '../../remote/executor-refusal.js';
import { deriveKey, type RequestIdentity } from '../../remote/idempotency-key.js';
import type { RemoteOutcome } from '../../remote/remote-outcome.js';
import type { RemoteExecutor } from '../../remote/remote-work.js';
import type { StepHandle } from '../../steps/descriptor.js';
import { DefiniteFailure } from '../../steps/step-errors.js';
import { SessionLost } from './fleet-refusal.js';
import type { FleetPost } from './fleet-superior.js';
import { pauseMs } from './persistence.js';
import type { SessionHolder } from './session-holder.js';

/** The store, and how it is asked. */
export interface RemoteWorkOptions extends Pick<
  ExecutorOptions,
  'computations' | 'dispatch' | 'escalation' | 'backoff' | 'simulation'
> {
  /** The one that all share who send from this node. */
  readonly bulkhead: Bulkhead;
  /** Of one try, after which it is tried again under the same key. */
  readonly deadlineMs: Milliseconds;
}

/** The remote work that a step of a workflow does: what its callback calls. */
export interface RemoteSteps {
  /**
   * Has the store carry out a named computation for a step, once for the step, whoever runs it and however often. It goes on trying for as
   * long as the session is owned here and the operation has not ended.
   *
   * @param handle - What the step was given.
   * @returns What the computation answered.
   * @throws DefiniteFailure when it has failed for good, or may not be asked for.
   */
  perform(handle: StepHandle, request: RemoteRequest): Promise<Uint8Array>;
}

/** What a life of a worker does remote work with. */
export interface RemotePost extends FleetPost {
  readonly holder: SessionHolder;
}

/** Does the remote work of steps, under the capability of the session that each belongs to. Design 3, point 5. */
export class WorkerRemoteSteps implements RemoteSteps {
  readonly #ports: Ports;
  readonly #options: RemoteWorkOptions | undefined;
  #working: { readonly post: RemotePost; readonly executor: RemoteExecutor } | undefined;

  constructor(ports: Ports, options: RemoteWorkOptions | undefined) {
    this.#ports = ports;
    this.#options = options;
  }

  /** From now on there is somebody to act for. Returns what else this node may do at the store. */
  take(post: RemotePost): RemoteExecutor | undefined {
    if (this.#options === undefined) return undefined;
    const { bulkhead, ...options } = this.#options;
    const grantOf = post.holder.remoteGrant.bind(post.holder);
    const executor = new Executor(this.#ports, bulkhead, { ...options, grantOf });
    this.#working = { post, executor };
    return executor;
  }

  async perform(handle: StepHandle, request: RemoteRequest): Promise<Uint8Array> {
    const outcome = await this.#outcome(handle, request);
    if (outcome.kind === 'success') return outcome.response;
    throw new DefiniteFailure(`${outcome.code}: ${outcome.message}`);
  }

  async #outcome(handle: StepHandle, asked: RemoteRequest): Promise<RemoteOutcome> {
    if (this.#working === undefined || this.#options === undefined) {
      throw new DefiniteFailure('this worker has no store');
    }
    const { post, executor } = this.#working;
    const { deadlineMs } = this.#options;
    const sessionId = post.settling.sessionOf(handle.executionId);
    const { executionId } = handle;
    // Nobody hears of an effect that begins when its operation has ended, or is about to: bulkhead-burst 2004807.
    const isWanted = (): boolean =>
      post.settling.isOpen(executionId) && !post.settling.isUnderWay(executionId);
    const common = {
      identity: identityOf(handle),
      traceId: handle.executionId,
      sagaId: null,
      deadlineMs,
      isWanted,
    };
    let request = asked;
    for (let tries = 1; ; tries += 1) {
      // It may have ended in the pause, or while this waited for a permit. bulkhead-burst 400680 and 142.
      const capability = isWanted() ? post.acts.begin(sessionId, 'remote') : undefined;
      if (capability === undefined) throw new SessionLost(sessionId);
      const signal = post.holder.lostSignal(sessionId);
      try {
        return await executor.execute({ ...common, sessionId, request, signal });
      } catch (error) {
        if (error instanceof NoCapability || error instanceof ComputationRefused) {
          throw new DefiniteFailure(error.message);
        }
        if (error instanceof RemoteFenced) post.holder.lose(capability, error.code);
        // Whoever ran the step before asked for something else: what it asked for is the step.
        else if (error instanceof RemoteConflict) request = recordedIn(error, asked);
        else if (!isPassing(error)) throw error;
      }
      await this.#pause(sessionId, tries, signal);
    }
  }

  async #pause(sessionId: string, tries: number, lost: AbortSignal): Promise<void> {
    try {
      await this.#ports.clock.sleep(pauseMs(this.#ports.entropy, tries), lost);
    } catch (error) {
      throw error instanceof SleepAborted ? new SessionLost(sessionId) : error;
    }
  }
}

/** The same for every try of one step, by whichever worker, in whichever generation: mutant K1. */
function identityOf({ executionId, stepKey }: StepHandle): RequestIdentity {
  const digest = digestHex(Buffer.from(executionId));
  return {
    kind: 'step',
    flow: deriveKey(Buffer.from(executionId)),
    object: digest.slice(0, 32),
    step: stepKey,
  };
}

/** What was asked for under the key before. @throws DefiniteFailure when that cannot be asked for again. */
function recordedIn({ message, recorded }: RemoteConflict, { computation }: RemoteRequest): RemoteRequest {
  const { computation: label, input } = recorded;
  if (label !== labelOf(computation) || input === null) throw new DefiniteFailure(message);
  return { computation, input };
}

const passingCodes: ReadonlySet<ExecutorRefusal['code']> = new Set([
  'REMOTE_BUSY',
  'REMOTE_TIMED_OUT',
  'REMOTE_CANCELLED',
  'REMOTE_UNAVAILABLE',
  'REMOTE_LEASE_CANCELLED',
  'REMOTE_LEASE_RETRIES_SPENT',
  'REMOTE_LEASE_FAILED',
]);

/** Whether another try may come to something: none does when the session was lost, and the pause finds that out. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && [...passingCodes].some((code) => code === error.code);
}
