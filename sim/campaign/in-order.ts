import { WorkerLostError, type WorkerOptions, WorkerThread } from './worker-thread.js';
import type { WorkEnding } from './work-ending.js';

/** Work in pieces, of which the workers know nothing until they are asked for one. */
export interface Work<Piece, Result> {
  /** Undefined past the end. */
  pieceAt(index: number): Piece | undefined;
  /** How many pieces there are. Infinity when only time bounds them. */
  readonly pieces: number;
  perform(worker: WorkerThread, piece: Piece): Promise<Result>;
  /** False ends the work. */
  take(piece: Piece, result: Result): boolean;
}

/** Who works, and for how long. None of it changes what the pieces come to. */
export interface CrewOptions extends WorkerOptions {
  /** 1 or more. */
  readonly workers: number;
  /** Aborted: the runs at sea are ended, and the work with them. */
  readonly signal: AbortSignal;
}

/** How the work ended. */
export interface WorkEnd {
  readonly ended: WorkEnding;
  readonly lost: WorkerLostError | undefined;
  readonly wallMs: number;
}

/** Has worker threads do the work. Pieces are handed out in order, and their results taken in that same order. */
export async function workInOrder<Piece, Result>(
  work: Work<Piece, Result>,
  options: CrewOptions,
): Promise<WorkEnd> {
  const startedMs = performance.now();
  const workers = Math.min(options.workers, work.pieces);
  const crew = Array.from({ length: workers }, () => new WorkerThread(options));
  const foreman = new Foreman(work, crew);
  const stop = (): void => foreman.stop('stopped');
  options.signal.addEventListener('abort', stop);
  if (options.signal.aborted) stop();
  try {
    await Promise.all(crew.map((worker) => foreman.keepBusy(worker)));
  } finally {
    options.signal.removeEventListener('abort', stop);
    await Promise.all(crew.map((worker) => worker.close()));
  }
  foreman.takeRest();
  return { ended: foreman.ended, lost: foreman.lost, wallMs: performance.now() - startedMs };
}

class Foreman<Piece, Result> {
  readonly #work: Work<Piece, Result>;
  readonly #crew: readonly WorkerThread[];
  readonly #untaken = new Map<number, { piece: Piece; result: Result }>();
  #issued = 0;
  #taken = 0;
  ended: WorkEnding = 'complete';
  lost: WorkerLostError | undefined;

  constructor(work: Work<Piece, Result>, crew: readonly WorkerThread[]) {
    this.#work = work;
    this.#crew = crew;
  }

  async keepBusy(worker: WorkerThread): Promise<void> {
    while (this.ended === 'complete') {
      const index = this.#issued;
      const piece = this.#work.pieceAt(index);
      if (piece === undefined) return;
      this.#issued += 1;
      try {
        const result = await this.#work.perform(worker, piece);
        this.#untaken.set(index, { piece, result });
        this.#takeInOrder();
      } catch (error) {
        if (!(error instanceof WorkerLostError)) throw error;
        this.lost ??= error;
        this.stop('worker-lost');
        return;
      }
    }
  }

  stop(why: 'stopped' | 'worker-lost'): void {
    if (this.ended !== 'bail') this.ended = why;
    for (const worker of this.#crew) worker.requestStop();
  }

  /** A lost piece leaves a gap; what came after it was done all the same. */
  takeRest(): void {
    for (const { piece, result } of this.#untaken.values()) this.#take(piece, result);
  }

  #takeInOrder(): void {
    for (;;) {
      const next = this.#untaken.get(this.#taken);
      if (next === undefined) return;
      this.#untaken.delete(this.#taken);
      this.#taken += 1;
      this.#take(next.piece, next.result);
    }
  }

  #take(piece: Piece, result: Result): void {
    if (this.ended === 'bail') return;
    if (!this.#work.take(piece, result)) this.ended = 'bail';
  }
}
