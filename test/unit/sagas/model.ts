/** What may be asked of the room, in few words. */
export type SagaAsk =
  | { readonly kind: 'begin'; readonly saga: string; readonly input: string }
  | { readonly kind: 'try' | 'compensate'; readonly saga: string; readonly step: number }
  | {
      readonly kind: 'done' | 'failed' | 'compensated';
      readonly saga: string;
      readonly step: number;
      readonly attempt: number;
    }
  | { readonly kind: 'cancel' | 'give_up'; readonly saga: string };

/** One saga as a list of what was done, without cleverness. */
interface ModelSaga {
  readonly input: string;
  /** What is to be undone, the last one on top. */
  readonly stack: number[];
  standing: 'forward' | 'wished' | 'back' | 'done' | 'compensated';
  /** The step that was tried and has not settled. */
  doubtful: number | null;
  /** Of the step, or of the compensation, that is on top. */
  attempts: number;
}

/** The sagas room as one would tell it: steps go on a stack, and come off it again. */
export class SagaModel {
  readonly sagas = new Map<string, ModelSaga>();
  readonly #ended: string[] = [];
  readonly #limits: { readonly openMax: number; readonly endedMax: number };
  readonly #steps: number;

  constructor(steps: number, limits: { readonly openMax: number; readonly endedMax: number }) {
    this.#steps = steps;
    this.#limits = limits;
  }

  /** `ok`, or the code of the refusal. */
  ask(ask: SagaAsk): string {
    const saga = this.sagas.get(ask.saga);
    if (ask.kind === 'begin') return this.#begin(saga, ask);
    if (saga === undefined) return 'SAGA_UNKNOWN';
    if (saga.standing === 'done' || saga.standing === 'compensated') return 'SAGA_ENDED';
    const isTaken = this.#take(saga, ask);
    if (saga.standing === 'back' && saga.stack.length === 0) saga.standing = 'compensated';
    const hasEnded: boolean = ['done', 'compensated'].includes(saga.standing);
    if (hasEnded) this.#ended.push(ask.saga);
    if (this.#ended.length > this.#limits.endedMax) this.sagas.delete(this.#ended.shift() ?? '');
    return isTaken ? 'ok' : 'SAGA_OUT_OF_TURN';
  }

  #begin(saga: ModelSaga | undefined, { saga: id, input }: Extract<SagaAsk, { kind: 'begin' }>): string {
    if (saga !== undefined) return saga.input === input ? 'ok' : 'SAGA_CONFLICT';
    if (this.sagas.size - this.#ended.length >= this.#limits.openMax) return 'SAGA_FULL';
    this.sagas.set(id, { input, stack: [], standing: 'forward', doubtful: null, attempts: 0 });
    return 'ok';
  }

  #take(saga: ModelSaga, ask: Exclude<SagaAsk, { kind: 'begin' }>): boolean {
    const { stack, standing, doubtful } = saga;
    const goesForward = standing !== 'back';
    switch (ask.kind) {
      case 'try':
        if (standing !== 'forward' || ask.step !== (doubtful ?? stack.length)) return false;
        if (doubtful === null) {
          stack.push(ask.step);
          saga.attempts = 0;
        }
        saga.doubtful = ask.step;
        saga.attempts += 1;
        return true;
      case 'done':
      case 'failed':
        if (!goesForward || doubtful !== ask.step || saga.attempts !== ask.attempt) return false;
        saga.doubtful = null;
        if (ask.kind === 'failed' || standing === 'wished') this.#turn(saga);
        else if (stack.length === this.#steps) saga.standing = 'done';
        return true;
      case 'cancel':
        if (standing === 'forward') {
          if (doubtful === null) this.#turn(saga);
          else saga.standing = 'wished';
        }
        return true;
      case 'give_up':
        if (goesForward && doubtful === null) return false;
        if (goesForward) this.#turn(saga);
        return true;
      case 'compensate':
        if (standing !== 'back' || stack.at(-1) !== ask.step) return false;
        saga.attempts += 1;
        return true;
      case 'compensated':
        if (standing !== 'back' || stack.at(-1) !== ask.step) return false;
        if (ask.attempt === 0 || saga.attempts !== ask.attempt) return false;
        stack.pop();
        saga.attempts = 0;
        return true;
    }
  }

  #turn(saga: ModelSaga): void {
    saga.standing = 'back';
    saga.attempts = 0;
  }
}
