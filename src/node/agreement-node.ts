import { encodeArtifact, exportWal } from '../agreement/artifact.js';
import type { AgreementCommand, WalSyncCommand } from '../agreement/command.js';
import type { AgreementEntry } from '../agreement/entry.js';
import { agreementProjection } from '../agreement/projection.js';
import type { AgreementRefusal } from '../agreement/refusal.js';

import { type Visible, visibleAt } from '../agreement/visibility.js';
import type { EffectFailureKind, WalSyncOutcome } from '../agreement/wal-sync.js';
import type { PlacedEntry } from '../agreement/wal.js';
import type { CborValue } from '../codec/cbor.js';
import type { DurableRecoveryPlan } from '../recovery/plan.js';
import type { Ports } from '../runtime/ports.js';
import { NodeStopped } from './errors.js';
import { type AgreementRoom, RecoveringAgreement } from './recovering-agreement.js';
import { Room } from './room.js';
import { type Outcome, Shell, type ShellOptions } from './shell.js';

/**
 * A node with one room: agreement. Nothing that it answers, be it an outcome, a refusal, a level or an open gate, rests on anything
 * that is not durable.
 */
export class AgreementNode {
  readonly #room: AgreementRoom;
  readonly #shell: Shell;
  /** What was decided about each operation when this life began. It was found to be sound, or there would be no node. */
  readonly plan: DurableRecoveryPlan;

  private constructor(room: AgreementRoom, shell: Shell, plan: DurableRecoveryPlan) {
    this.#room = room;
    this.#shell = shell;
    this.plan = plan;
  }

  /**
   * Recovers the node from its log.
   *
   * Rejects as {@link Shell.open}, and with UnsoundRecovery when what the log holds cannot have been written by this engine.
   */
  static async open(ports: Ports, options: ShellOptions): Promise<AgreementNode> {
    const room = new Room(agreementProjection);
    const recovering = new RecoveringAgreement(room);
    const shell = await Shell.open(ports, options, [recovering]);
    return new AgreementNode(room, shell, recovering.plan(shell.recovery.snapshotLsn, new Set()));
  }

  get lastLsn(): number {
    return this.#shell.lastLsn;
  }

  /** Settles when this life is over because the disk failed. */
  get failure(): Promise<NodeStopped> {
    return this.#shell.failure;
  }

  /** The whole state as data, with the LSN that it is the fold of, once that is durable. For comparing nodes. */
  durableState(): Promise<{ readonly lsn: number; readonly state: CborValue }> {
    return this.#shell.read(() => ({ lsn: this.lastLsn, state: this.#room.capture() }));
  }

  submit(command: AgreementCommand): Promise<Outcome<AgreementRefusal>> {
    return this.#shell.submit(this.#room, command);
  }

  /** What may be seen of an operation. */
  visible(operationId: string): Promise<Visible> {
    return this.#shell.read(() => visibleAt(this.#room.state, operationId));
  }

  /**
   * Makes durable what has to be before an output may be seen. A disk that is not ready is waited for, so that the answer is never
   * `blocked`; a disk that fails is told as `unavailable`.
   */
  async sync(command: WalSyncCommand): Promise<WalSyncOutcome> {
    try {
      const outcome = await this.submit(command);
      if (outcome.kind === 'accepted') return { status: 'success' };
      const { refusal } = outcome;
      return { status: 'failure', kind: failureKindOf(refusal), message: refusal.message };
    } catch (error) {
      if (!(error instanceof NodeStopped)) throw error;
      return { status: 'failure', kind: 'unavailable', message: error.message };
    }
  }

  /** The durable entries after `lsn`, in order. */
  readSince(lsn: number): AsyncIterable<PlacedEntry> {
    return this.#shell.readSince(this.#room, lsn);
  }

  /** The durable entries after `lsn` as an artifact of schema `telltale.machine.durability.v1`. */
  async exportSince(lsn: number): Promise<Uint8Array> {
    const entries: AgreementEntry[] = [];
    for await (const { entry } of this.readSince(lsn)) entries.push(entry);
    return encodeArtifact(exportWal(entries));
  }

  close(): Promise<void> {
    return this.#shell.close();
  }
}

const invalidInput: ReadonlySet<AgreementRefusal['code']> = new Set([
  'AGREEMENT_INVALID_INPUT',
  'AGREEMENT_UNKNOWN_OPERATION',
]);
const invalidEvidence: ReadonlySet<AgreementRefusal['code']> = new Set([
  'AGREEMENT_FOREIGN_EVIDENCE',
  'AGREEMENT_UNUSABLE_EVIDENCE',
  'AGREEMENT_EVIDENCE_CONFLICT',
]);

/** A refusal in the vocabulary of effects: what is neither bad input nor bad evidence breaks the operation's contract. */
function failureKindOf({ code }: AgreementRefusal): EffectFailureKind {
  if (invalidInput.has(code)) return 'invalid_input';
  return invalidEvidence.has(code) ? 'invalid_evidence' : 'contract_violation';
}
