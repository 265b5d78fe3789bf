import { Worker } from 'node:worker_threads';
import type { VoyageParameters } from '../kernel/parameters.js';
import type { TapeSource } from '../kernel/tape.js';
import type { Verdict } from '../kernel/voyage.js';
import { Beat } from './beat.js';
import type { Confirmation, Suspect } from './confirm.js';
import type { Chunk } from './seed-plan.js';
import type { Survey, Surveyed } from './survey.js';
import type { ShortForm } from './short-form.js';
import type { Stretch, SweepLimits, SweepTally } from './sweep-tally.js';
import type { Tally } from './tally.js';
import type { Trial, WorkerBirth, WorkerReply, WorkerRequest } from './worker-protocol.js';

/** Where workers start, and how long one run may keep them silent. */
export interface WorkerOptions {
  /** The JavaScript file that calls `serveVoyages`. */
  readonly entry: URL;
  /** A run that takes longer, in real time, counts as hung. */
  readonly hangMs: number;
  /** Of all runs that it sails. */
  readonly parameters: VoyageParameters;
}

/** A worker died, hung, or could not do what it was asked: the harness is at fault, exit code 3. */
export class WorkerLostError extends Error {
  readonly code = 'WORKER_LOST';
  override readonly name = 'WorkerLostError';
  readonly scenario: string;
  /** The seed that it was on; undefined when it replayed choices. */
  readonly seed: number | undefined;
  readonly reason: string;

  constructor(scenario: string, seed: number | undefined, reason: string) {
    const place = seed === undefined ? `in ${scenario}` : `on seed ${seed} of ${scenario}`;
    super(`worker lost ${place}: ${reason}`);
    this.scenario = scenario;
    this.seed = seed;
    this.reason = reason;
  }
}

interface Pending {
  readonly request: WorkerRequest;
  readonly watchdog: NodeJS.Timeout;
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: WorkerLostError) => void;
}

/**
 * So much may one worker hold. A recorded run takes some 300 bytes an event, so this is room for millions. Left to itself a worker would let
 * its garbage grow to several times of what it needs, and by more the longer a campaign lasts; under a limit V8 collects in time.
 */
const heapMebibytesMax = 1024;

/** One worker thread, seen from the main thread. Takes one request at a time. */
export class WorkerThread {
  readonly #beat = new Beat();
  readonly #worker: Worker;
  readonly #hangMs: number;
  #pending: Pending | undefined;
  #deathReason: string | undefined;

  constructor(options: WorkerOptions) {
    this.#hangMs = options.hangMs;
    const { parameters } = options;
    const workerData: WorkerBirth = { beat: this.#beat.buffer, parameters };
    // What code under test prints must not mix with the result on stdout.
    const resourceLimits = { maxOldGenerationSizeMb: heapMebibytesMax };
    this.#worker = new Worker(options.entry, { workerData, stdout: true, resourceLimits });
    this.#worker.stdout.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply));
    this.#worker.on('error', (error: Error) => this.#lose(deathReason(error)));
    this.#worker.on('exit', (code) => this.#lose(`it exited with code ${code}`));
  }

  async sailChunk(chunk: Chunk, bail: boolean): Promise<Tally> {
    const reply = await this.#ask({ type: 'chunk', chunk, bail });
    if (reply.type !== 'chunk') throw unexpected(chunk.scenario, reply);
    return reply.tally;
  }

  async confirm(scenario: string, suspect: Suspect): Promise<Confirmation> {
    const reply = await this.#ask({ type: 'confirm', scenario, suspect });
    if (reply.type !== 'confirm') throw unexpected(scenario, reply);
    return reply.confirmation;
  }

  async survey(scenario: string, survey: Survey): Promise<Surveyed> {
    const reply = await this.#ask({ type: 'survey', scenario, survey });
    if (reply.type !== 'survey') throw unexpected(scenario, reply);
    return reply.surveyed;
  }

  /** One run with everything recorded. */
  async sail(scenario: string, source: TapeSource): Promise<Verdict> {
    const reply = await this.#ask({ type: 'voyage', scenario, source });
    if (reply.type !== 'voyage') throw unexpected(scenario, reply);
    return reply.verdict;
  }

  /** One run, cut after so many events, of which only the end and the choices are told. */
  async try(scenario: string, source: TapeSource, eventsMax: number): Promise<Trial> {
    const reply = await this.#ask({ type: 'trial', scenario, source, eventsMax });
    if (reply.type !== 'trial') throw unexpected(scenario, reply);
    return reply.trial;
  }

  /** The short form of a scenario, with no crash. */
  async sailShortForm(scenario: string): Promise<ShortForm> {
    const reply = await this.#ask({ type: 'short-form', scenario });
    if (reply.type !== 'short-form') throw unexpected(scenario, reply);
    return reply.shortForm;
  }

  /** Crashes of one machine at some port calls, and all that they can leave. */
  async sweep(stretch: Stretch, limits: SweepLimits): Promise<SweepTally> {
    const { scenario } = stretch;
    const reply = await this.#ask({ type: 'sweep', scenario, stretch, limits });
    if (reply.type !== 'sweep') throw unexpected(scenario, reply);
    return reply.tally;
  }

  /** The chunk in hand is answered after the run that it is on; later ones are answered empty. */
  requestStop(): void {
    this.#beat.requestStop();
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: WorkerRequest): Promise<WorkerReply> {
    return new Promise((resolve, reject) => {
      this.#beat.started = 0;
      this.#pending = { request, watchdog: this.#watch(), resolve, reject };
      if (this.#deathReason !== undefined) this.#lose(this.#deathReason);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
      else this.#worker.postMessage(request);
    });
  }

  #watch(): NodeJS.Timeout {
    let seen = this.#beat.started;
    let silentSinceMs = performance.now();
    const lookEveryMs = Math.min(1000, this.#hangMs);
    return setInterval(() => {
      const started = this.#beat.started;
      const nowMs = performance.now();
      if (started !== seen) {
        seen = started;
        silentSinceMs = nowMs;
      } else if (nowMs - silentSinceMs >= this.#hangMs) {
        this.#lose(`no sign of life for ${this.#hangMs} ms`);
        void this.#worker.terminate();
      }
    }, lookEveryMs);
  }

  #settle(reply: WorkerReply): void {
    if (reply.type === 'broken') {
      this.#lose(reply.message);
      return;
    }
    const pending = this.#release();
    pending?.resolve(reply);
  }

  #lose(reason: string): void {
    this.#deathReason ??= reason;
    const started = this.#beat.started;
    const pending = this.#release();
    if (pending === undefined) return;
    const { request } = pending;
    const scenario = request.type === 'chunk' ? request.chunk.scenario : request.scenario;
    pending.reject(new WorkerLostError(scenario, seedOf(request, started), reason));
  }

  #release(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined) clearInterval(pending.watchdog);
    return pending;
  }
}

function deathReason(error: Error): string {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? `its memory is full: more than ${heapMebibytesMax} MiB`
    : `${error.name}: ${error.message}`;
}

/** The seed that a worker is on when it has begun `started` runs of a request. */
function seedOf(request: WorkerRequest, started: number): number | undefined {
  if (request.type === 'chunk') {
    return request.chunk.firstSeed + Math.max(0, started - 1) * request.chunk.step;
  }
  if (request.type === 'confirm') return request.suspect.seed;
  if (request.type === 'survey') return Math.max(0, started - 1);
  return 'source' in request && 'seed' in request.source ? request.source.seed : undefined;
}

function unexpected(scenario: string, reply: WorkerReply): WorkerLostError {
  return new WorkerLostError(scenario, undefined, `it answered another question (${reply.type})`);
}
