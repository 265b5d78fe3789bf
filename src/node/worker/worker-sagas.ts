import type { RemoteExecutor } from '../../remote/remote-work.js';
import type { Ports } from '../../runtime/ports.js';
import type { SagaCommand } from '../../sagas/command.js';
import type { SagaDefinition } from '../../sagas/definition.js';
import type { SagaEntry } from '../../sagas/entry.js';
import { type SagaJournal, type SagaRecorded, type SagaView, viewSaga } from '../../sagas/journal.js';
import type { SagaLimits } from '../../sagas/limits.js';
import {
  type LocatorCommand,
  type LocatorEntry,
  type LocatorLimits,
  locatorProjection,
  type LocatorRefusal,
  type LocatorState,
} from '../../sagas/locator.js';
import { sagasProjection } from '../../sagas/projection.js';
import type { SagaRefusal } from '../../sagas/refusal.js';
import { type SagaRequest, SagaRunner } from '../../sagas/saga-runner.js';
import type { Saga, SagaEnd } from '../../sagas/saga.js';
import type { SagasState } from '../../sagas/state.js';
import { Room } from '../room.js';
import type { Shell } from '../shell.js';
import type { SessionActs } from './session-acts.js';
import type { SessionDuties } from './session-duties.js';

/** The sagas that a worker runs. */
export interface WorkerSagasOptions extends SagaLimits, LocatorLimits {
  /** Made of what reaches the store; undefined where the worker has none. */
  readonly definitions: (store: RemoteExecutor | undefined) => readonly SagaDefinition[];
  /** A step is tried so often, over all lives, before it is given up. */
  readonly attemptsMax: number;
}

/** A worker that runs none. */
export const noSagas: WorkerSagasOptions = {
  definitions: () => [],
  attemptsMax: 1,
  openMax: 1000,
  endedMax: 10_000,
  namesMax: 100_000,
};

type SagasRoom = Room<SagasState, SagaCommand, SagaEntry, SagaRefusal>;
type LocatorRoom = Room<LocatorState, LocatorCommand, LocatorEntry, LocatorRefusal>;

/** The sagas of a worker: each belongs to a session, and goes on here whenever that is owned here. Its log alone knows of it. */
export class WorkerSagas {
  readonly sagas: SagasRoom;
  readonly locator: LocatorRoom;
  readonly #options: WorkerSagasOptions;
  #runner: SagaRunner | undefined;

  constructor(options: WorkerSagasOptions) {
    this.#options = options;
    this.sagas = new Room(sagasProjection(options));
    this.locator = new Room(locatorProjection(options));
  }

  /** From now on there is somebody to act for. */
  take(
    { clock, entropy, probe }: Ports,
    post: {
      readonly shell: Shell;
      readonly acts: SessionActs;
      readonly duties: SessionDuties;
      readonly store: RemoteExecutor | undefined;
    },
  ): void {
    const { definitions, attemptsMax } = this.#options;
    const { acts, duties, shell, store } = post;
    this.#runner = new SagaRunner({
      clock,
      entropy,
      probe,
      attemptsMax,
      journal: new LogSagaJournal(shell, this.sagas, this.locator),
      definitions: definitions(store),
      permit: {
        mayAct: (sessionId) => duties.isOwned(sessionId),
        acts: (sessionId, act) => void acts.begin(sessionId, `saga ${act}`),
      },
    });
  }

  /** Whether something of a session has to be wholly done, or wholly undone. */
  isOpenIn(sessionId: string): boolean {
    return this.sessionIds().has(sessionId);
  }

  /** The sessions of all sagas that are open. */
  sessionIds(): ReadonlySet<string> {
    return new Set([...this.sagas.state.open.values()].map(({ sessionId }) => sessionId));
  }

  start(): Promise<void> {
    return this.#run.start();
  }

  begin(request: SagaRequest): Promise<SagaRecorded> {
    return this.#run.begin(request);
  }

  cancel(sagaId: string, reason: string): Promise<SagaRecorded> {
    return this.#run.cancel(sagaId, reason);
  }

  ended(sagaId: string): Promise<SagaEnd> {
    return this.#run.ended(sagaId);
  }

  /** The session is held no more. */
  interrupt(sessionId: string): void {
    this.#run.interrupt(sessionId);
  }

  /** The session is owned here. */
  resume(sessionId: string): Promise<void> {
    return this.#run.resume(sessionId);
  }

  close(): Promise<void> {
    return this.#run.close();
  }

  get #run(): SagaRunner {
    if (this.#runner === undefined) throw new Error('the worker has not begun its life yet');
    return this.#runner;
  }
}

/** What a runner of sagas journals in: two rooms of the log of a worker. */
class LogSagaJournal implements SagaJournal {
  readonly #shell: Shell;
  readonly #sagas: SagasRoom;
  readonly #locator: LocatorRoom;

  constructor(shell: Shell, sagas: SagasRoom, locator: LocatorRoom) {
    this.#shell = shell;
    this.#sagas = sagas;
    this.#locator = locator;
  }

  saga(sagaId: string): Promise<SagaView> {
    return this.#shell.read(() => viewSaga(this.#sagas.state, sagaId));
  }

  open(): Promise<readonly Saga[]> {
    return this.#shell.read(() => [...this.#sagas.state.open.values()]);
  }

  async record(command: SagaCommand, locator?: LocatorCommand): Promise<SagaRecorded> {
    const outcome = await this.#shell.submitTogether<SagaRefusal | LocatorRefusal>([
      () => this.#sagas.propose(command),
      () => (locator === undefined ? this.#locator.proposeNothing() : this.#locator.propose(locator)),
    ]);
    return outcome.kind === 'accepted' ? { kind: 'accepted' } : outcome;
  }
}
