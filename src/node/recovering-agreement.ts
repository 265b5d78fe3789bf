import type { AgreementCommand } from '../agreement/command.js';
import type { AgreementEntry } from '../agreement/entry.js';
import { cloneOperation } from '../agreement/operation.js';
import type { AgreementRefusal } from '../agreement/refusal.js';
import type { AgreementRoomState, Operations } from '../agreement/state.js';
import type { CborValue } from '../codec/cbor.js';
import { type DurableRecoveryPlan, planFrom } from '../recovery/plan.js';
import { emptySpan, extendSpan, type TailSpan } from '../recovery/tail-span.js';
import type { RecoverableRoom, Room } from './room.js';

export type AgreementRoom = Room<AgreementRoomState, AgreementCommand, AgreementEntry, AgreementRefusal>;

/** The agreement room while it is being recovered: keeps apart what the snapshot held, and where what came after it lies. */
export class RecoveringAgreement implements RecoverableRoom {
  readonly #room: AgreementRoom;
  #tail: TailSpan = emptySpan(0);
  #checkpoint: Operations = new Map();

  constructor(room: AgreementRoom) {
    this.#room = room;
  }

  get name(): string {
    return this.#room.name;
  }

  /**
   * What becomes of each operation, once everything was replayed. Gives up what was kept apart.
   *
   * @param snapshotLsn - Of the snapshot that was restored; 0 when there was none.
   * @param cachedEvidenceIds - Evidence that an operation can go on from.
   * @throws as `planFrom`, such as UnsoundRecovery.
   */
  plan(snapshotLsn: number, cachedEvidenceIds: ReadonlySet<string>): DurableRecoveryPlan {
    const checkpoint = { lsn: snapshotLsn, tick: 0, operations: this.#checkpoint };
    this.#checkpoint = new Map();
    return planFrom(checkpoint, this.#tail, this.#room.state.operations, cachedEvidenceIds);
  }

  replay(value: CborValue, lsn: number): void {
    const entry = this.#room.decode(value);
    this.#tail = extendSpan(this.#tail, { lsn, entry });
    this.#room.apply(entry, lsn);
  }

  capture(): CborValue {
    return this.#room.capture();
  }

  restore(value: CborValue): void {
    this.#room.restore(value);
    this.#checkpoint = new Map(
      [...this.#room.state.operations].map(([id, operation]) => [id, cloneOperation(operation)]),
    );
  }
}
