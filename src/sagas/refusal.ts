import type { SagaEnd, SagaTombstone } from './saga.js';

/**
 * Why the room said no. Nothing was recorded.
 *
 * | class | code | meaning |
 * |---|---|---|
 * | InvalidSaga | `SAGA_INVALID` | an id, a name, a list of steps or a digest that is none |
 * | SagaConflict | `SAGA_CONFLICT` | the id stands for another saga |
 * | SagasFull | `SAGA_FULL` | as many are open as may be: come again later |
 * | UnknownSaga | `SAGA_UNKNOWN` | nothing is known under the id |
 * | SagaEnded | `SAGA_ENDED` | it has ended, and how: there is no way back from `done` |
 * | SagaOutOfTurn | `SAGA_OUT_OF_TURN` | another step, another attempt or another direction is on |
 * | SagaResultTooLarge | `SAGA_RESULT_TOO_LARGE` | the result of a step cannot be held |
 */
export abstract class SagaRefusal extends Error {
  abstract readonly code: string;
  readonly sagaId: string;
  constructor(sagaId: string, reason: string) {
    super(`saga \`${sagaId}\`: ${reason}`);
    this.sagaId = sagaId;
  }
}

export class InvalidSaga extends SagaRefusal {
  readonly code = 'SAGA_INVALID';
  override readonly name = 'InvalidSaga';
}

export class SagaConflict extends SagaRefusal {
  readonly code = 'SAGA_CONFLICT';
  override readonly name = 'SagaConflict';
  constructor(sagaId: string) {
    super(sagaId, 'begun before with another name, input or session');
  }
}

export class SagasFull extends SagaRefusal {
  readonly code = 'SAGA_FULL';
  override readonly name = 'SagasFull';
  constructor(sagaId: string, openMax: number) {
    super(sagaId, `${openMax} are open already`);
  }
}

export class UnknownSaga extends SagaRefusal {
  readonly code = 'SAGA_UNKNOWN';
  override readonly name = 'UnknownSaga';
  constructor(sagaId: string) {
    super(sagaId, 'never begun, or forgotten');
  }
}

export class SagaEnded extends SagaRefusal {
  readonly code = 'SAGA_ENDED';
  override readonly name = 'SagaEnded';
  readonly end: SagaEnd;
  constructor({ sagaId, end }: SagaTombstone) {
    super(sagaId, `ended: ${end.kind}`);
    this.end = end;
  }
}

export class SagaOutOfTurn extends SagaRefusal {
  readonly code = 'SAGA_OUT_OF_TURN';
  override readonly name = 'SagaOutOfTurn';
}

export class SagaResultTooLarge extends SagaRefusal {
  readonly code = 'SAGA_RESULT_TOO_LARGE';
  override readonly name = 'SagaResultTooLarge';
}
