/** No definition of that name was given: the saga stays as it is until one is. */
export class UnknownSagaDefinition extends Error {
  readonly code = 'SAGA_UNKNOWN_DEFINITION';
  override readonly name = 'UnknownSagaDefinition';
  constructor(definition: string) {
    super(`no saga definition is named \`${definition}\``);
  }
}

/** The definition lists other steps than the saga has recorded: nothing of it is run. */
export class SagaDiverged extends Error {
  readonly code = 'SAGA_DIVERGED';
  override readonly name = 'SagaDiverged';
  constructor(sagaId: string, recorded: readonly string[], defined: readonly string[]) {
    super(
      `saga \`${sagaId}\` was begun with the steps ${recorded.join(', ')}, and its definition has ${defined.join(', ')}`,
    );
  }
}

/** Who runs it may not act for its session any more. Another may. */
export class SagaNotPermitted extends Error {
  readonly code = 'SAGA_NOT_PERMITTED';
  override readonly name = 'SagaNotPermitted';
  constructor(sagaId: string, sessionId: string) {
    super(`saga \`${sagaId}\`: nobody here may act for session \`${sessionId}\``);
  }
}

/** The runner was closed, or told to stop running the saga. The next life, or `resume`, goes on with it. */
export class SagaInterrupted extends Error {
  readonly code = 'SAGA_INTERRUPTED';
  override readonly name = 'SagaInterrupted';
}
