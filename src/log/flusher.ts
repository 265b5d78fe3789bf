import type { Probe } from '../runtime/probe.js';
import { LogBusy, type LogFailed, LogMisuse, RecordTooLarge } from './errors.js';
import type { FailureLatch } from './failure-latch.js';
import { encodeRecords, recordsBytes } from './frame.js';
import type { SegmentWriter } from './segment-writer.js';

/** What a {@link Flusher} stands on. */
export interface FlusherOptions {
  readonly writer: SegmentWriter;
  readonly latch: FailureLatch;
  readonly probe: Probe;
  /** The LSN of the last recovered record. */
  readonly lastLsn: number;
  readonly pendingBytesMax: number;
}

interface Batch {
  readonly recordCount: number;
  readonly payload: Uint8Array;
}

interface Waiter {
  readonly lsn: number;
  readonly resolve: () => void;
  readonly reject: (failed: LogFailed) => void;
}

/** Promise reactions between being told and appending again: a few layers of async functions. */
const gatherTurns = 8;

/** Group commit: batches that are appended while a flush is on share the next one, and its one sync. */
export class Flusher {
  readonly #writer: SegmentWriter;
  readonly #latch: FailureLatch;
  readonly #probe: Probe;
  readonly #pendingBytesMax: number;
  /** Batches that no flush has taken yet, in order. */
  #queue: Batch[] = [];
  /** In order of LSN, and of arrival where that is equal. */
  readonly #waiters: Waiter[] = [];
  #running: Promise<void> | undefined;
  #lastLsn: number;
  #durableLsn: number;
  #pendingBytes = 0;

  constructor(options: FlusherOptions) {
    this.#writer = options.writer;
    this.#latch = options.latch;
    this.#probe = options.probe;
    this.#pendingBytesMax = options.pendingBytesMax;
    this.#lastLsn = options.lastLsn;
    this.#durableLsn = options.lastLsn;
    void this.#latch.failure.then((failed) => this.#rejectWaiters(failed));
  }

  get lastLsn(): number {
    return this.#lastLsn;
  }

  get durableLsn(): number {
    return this.#durableLsn;
  }

  /** Takes a copy of the batch, and starts a flush when none is on. */
  append(batch: readonly Uint8Array[]): { firstLsn: number; lastLsn: number } {
    if (batch.length === 0) throw new LogMisuse('a batch holds at least one record');
    const bytes = recordsBytes(batch);
    if (bytes > this.#pendingBytesMax) throw new RecordTooLarge(bytes, this.#pendingBytesMax);
    if (this.#pendingBytes + bytes > this.#pendingBytesMax) {
      throw new LogBusy(this.#pendingBytes, this.#pendingBytesMax);
    }
    this.#queue.push({ recordCount: batch.length, payload: encodeRecords(batch) });
    this.#pendingBytes += bytes;
    const firstLsn = this.#lastLsn + 1;
    this.#lastLsn += batch.length;
    this.#running ??= this.#run();
    return { firstLsn, lastLsn: this.#lastLsn };
  }

  /** Resolves when the record with this LSN is durable. */
  durable(lsn: number): Promise<void> {
    if (lsn <= this.#durableLsn) return Promise.resolve();
    const promise = new Promise<void>((resolve, reject) => {
      const failed = this.#latch.failed;
      if (lsn > this.#lastLsn)
        reject(new LogMisuse(`LSN ${lsn} was not appended: the last is ${this.#lastLsn}`));
      else if (failed === undefined) this.#addWaiter({ lsn, resolve, reject });
      else reject(failed);
    });
    // A caller may look at it only later; until then the rejection is not unhandled, and `failure` has told
    // it anyway.
    promise.catch(() => {});
    return promise;
  }

  /** Resolves when no flush is on and none is due, for whatever reason. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Never rejects: what goes wrong goes to the latch. */
  async #run(): Promise<void> {
    try {
      while (this.#queue.length > 0 && this.#latch.failed === undefined) {
        await gather();
        this.#probe.label('log', 'flushing');
        await this.#flush();
      }
    } catch (error) {
      this.#latch.fail(error);
    }
    if (this.#latch.failed === undefined) this.#probe.label('log', 'idle');
    this.#running = undefined;
  }

  async #flush(): Promise<void> {
    const batches = this.#queue;
    this.#queue = [];
    const recordCount = batches.reduce((count, batch) => count + batch.recordCount, 0);
    const payload = concatenate(batches.map((batch) => batch.payload));
    const bytes = await this.#writer.flush({ firstLsn: this.#durableLsn + 1, recordCount, payload });
    this.#durableLsn += recordCount;
    this.#pendingBytes -= payload.length;
    this.#probe.event('log.flushed', { lsn: this.#durableLsn, batches: batches.length, bytes });
    this.#resolveWaiters();
  }

  #addWaiter(waiter: Waiter): void {
    let index = this.#waiters.length;
    while (index > 0 && (this.#waiters[index - 1]?.lsn ?? 0) > waiter.lsn) index -= 1;
    this.#waiters.splice(index, 0, waiter);
  }

  #resolveWaiters(): void {
    const first = this.#waiters.findIndex((waiter) => waiter.lsn > this.#durableLsn);
    const count = first === -1 ? this.#waiters.length : first;
    for (const waiter of this.#waiters.splice(0, count)) waiter.resolve();
  }

  #rejectWaiters(failed: LogFailed): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(failed);
  }
}

/**
 * Lets everyone who can append without waiting for anything do so first: whoever was just told that a flush
 * is over, and will append again, shares the next flush. Otherwise such appenders fall into two groups that
 * wait for each other, and each sync carries half.
 */
async function gather(): Promise<void> {
  for (let turn = 0; turn < gatherTurns; turn += 1) await Promise.resolve();
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
