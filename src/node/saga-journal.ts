import type { SagaCommand } from '../sagas/command.js';
import type { SagaEntry } from '../sagas/entry.js';
import { type SagaJournal, type SagaRecorded, type SagaView, viewSaga } from '../sagas/journal.js';
import type { LocatorCommand, LocatorEntry, LocatorRefusal, LocatorState } from '../sagas/locator.js';
import type { SagaRefusal } from '../sagas/refusal.js';
import type { Saga } from '../sagas/saga.js';
import type { SagasState } from '../sagas/state.js';
import type { Room } from './room.js';
import type { Shell } from './shell.js';

export interface SagaRooms {
  readonly sagas: Room<SagasState, SagaCommand, SagaEntry, SagaRefusal>;
  readonly locator: Room<LocatorState, LocatorCommand, LocatorEntry, LocatorRefusal>;
}

/** The saga journal of a node: two rooms of its log. */
export class NodeSagaJournal implements SagaJournal {
  readonly #shell: Shell;
  readonly #rooms: SagaRooms;

  constructor(shell: Shell, rooms: SagaRooms) {
    this.#shell = shell;
    this.#rooms = rooms;
  }

  saga(sagaId: string): Promise<SagaView> {
    return this.#shell.read(() => viewSaga(this.#rooms.sagas.state, sagaId));
  }

  open(): Promise<readonly Saga[]> {
    return this.#shell.read(() => [...this.#rooms.sagas.state.open.values()]);
  }

  async record(command: SagaCommand, moved?: LocatorCommand): Promise<SagaRecorded> {
    const { sagas, locator } = this.#rooms;
    const outcome = await this.#shell.submitTogether<SagaRefusal | LocatorRefusal>([
      () => sagas.propose(command),
      () => (moved === undefined ? locator.proposeNothing() : locator.propose(moved)),
    ]);
    return outcome.kind === 'accepted' ? { kind: 'accepted' } : outcome;
  }
}
