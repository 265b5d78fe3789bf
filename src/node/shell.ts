import { LogBusy, LogFailed } from '../log/errors.js';
import { type Log, openLog } from '../log/log.js';
import type { Ports } from '../runtime/ports.js';
import { NodeStopped, RoomTwice, type StopKind } from './errors.js';
import { captureRooms, openRecord, replayRecord, restoreRooms } from './log-content.js';
import type { Proposal, RecoverableRoom, Room } from './room.js';
import { SnapshotSchedule } from './snapshot-schedule.js';

/** Where a node keeps its log, and when it starts a new file or a new snapshot. */
export interface ShellOptions {
  readonly directory: string;
  /** A segment that has grown to so many bytes is followed by a new one. */
  readonly segmentBytes: number;
  /** A snapshot is taken, and the log compacted, after so many records, or more when what is alive is larger than they are. */
  readonly snapshotEveryRecords: number;
}

/** What came of a command. Told only when it, and all that it was decided upon, is durable. */
export type Outcome<Refusal extends Error> =
  | {
      readonly kind: 'accepted';
      /** The LSN of the last record that the outcome rests on. */
      readonly lastLsn: number;
      /** How many records the command added: 0 when it said nothing new. */
      readonly recorded: number;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What recovery found. */
export interface Recovery {
  /** The LSN that the newest snapshot covers; 0 without one. */
  readonly snapshotLsn: number;
  readonly lastLsn: number;
}

type Accepted = Extract<Proposal<never>, { readonly kind: 'accepted' }>;

/**
 * The shell around one log and the rooms that are folded from it. For every command it decides, appends the entries as one
 * atomic batch, applies them at once, and holds back whatever it has to say until that batch is durable. Design section 2.
 *
 * A refusal and a read are held back as well: both are made from state that may not be durable yet, and would show it.
 */
export class Shell {
  readonly #ports: Ports;
  readonly #rooms: readonly RecoverableRoom[];
  readonly #log: Log;
  readonly recovery: Recovery;
  #stopped: NodeStopped | undefined;
  #snapshotOn = false;
  readonly #schedule: SnapshotSchedule;

  private constructor(ports: Ports, rooms: readonly RecoverableRoom[], log: Log, schedule: SnapshotSchedule) {
    this.#ports = ports;
    this.#rooms = rooms;
    this.#log = log;
    this.recovery = { snapshotLsn: log.snapshotLsn, lastLsn: log.lastLsn };
    this.#schedule = schedule;
  }

  /**
   * Recovers the rooms from the log in `options.directory` and begins a new life on it.
   *
   * Rejects as {@link openLog}, and with UnknownRoom or UnknownSchema, having changed nothing on the disk, when this build
   * is not the one to open it.
   */
  static async open(ports: Ports, options: ShellOptions, rooms: readonly RecoverableRoom[]): Promise<Shell> {
    const schedule = new SnapshotSchedule(options.snapshotEveryRecords);
    const log = await openLog(
      ports,
      { directory: options.directory, segmentBytes: options.segmentBytes },
      {
        snapshot(lsn, payload, path) {
          restoreRooms(rooms, payload, { path, lsn });
          schedule.taken(lsn, payload.length);
        },
        record(lsn, bytes, path) {
          replayRecord(rooms, bytes, { path, lsn });
          schedule.recorded(bytes.length);
        },
      },
    );
    return new Shell(ports, rooms, log, schedule);
  }

  /** The LSN of the last record, durable or not. */
  get lastLsn(): number {
    return this.#log.lastLsn;
  }

  /** Settles when this life is over because the disk failed. Restart the node then. */
  get failure(): Promise<NodeStopped> {
    return this.#log.failure.then((cause) => this.#stop(cause.kind, cause));
  }

  /** Decides and, when durable, tells. Rejects with {@link NodeStopped} when the disk fails first: the outcome is then unknown. */
  submit<State, Command, Entry, Refusal extends Error>(
    room: Room<State, Command, Entry, Refusal>,
    command: Command,
  ): Promise<Outcome<Refusal>> {
    return this.submitTogether([() => room.propose(command)]);
  }

  /**
   * As {@link submit}, for commands to different rooms that are recorded in one batch: all of them, or none when any is refused.
   *
   * @param parts - Each decides anew when called. At most one for each room, since none sees what another would change.
   */
  async submitTogether<Refusal extends Error>(
    parts: readonly (() => Proposal<Refusal>)[],
  ): Promise<Outcome<Refusal>> {
    for (;;) {
      this.#mustBeOpen();
      const batch: Accepted[] = [];
      for (const propose of parts) {
        const proposal = propose();
        if (proposal.kind === 'refused') {
          await this.#settled();
          return proposal;
        }
        batch.push(proposal);
      }
      if (this.#record(batch)) {
        const recorded = batch.reduce((count, { records }) => count + records.length, 0);
        const lastLsn = await this.#settled();
        for (const accepted of batch) accepted.told();
        return { kind: 'accepted', lastLsn, recorded };
      }
      // Too much waits for the disk already. When it is durable the commands are decided anew: the state has moved on.
      await this.#settled();
    }
  }

  /** Answers from the state of now, once that state is durable. */
  async read<Answer>(query: () => Answer): Promise<Answer> {
    this.#mustBeOpen();
    const answer = query();
    await this.#settled();
    return answer;
  }

  /** The durable entries of one room after `lsn`, in order. By position in the log, never by what an entry says of time. */
  async *readSince<State, Command, Entry, Refusal extends Error>(
    room: Room<State, Command, Entry, Refusal>,
    lsn: number,
  ): AsyncGenerator<{ readonly lsn: number; readonly entry: Entry }> {
    for await (const record of this.#log.readSince(lsn)) {
      const { name, value } = openRecord(record.bytes);
      if (name === room.name) yield { lsn: record.lsn, entry: room.decode(value) };
    }
  }

  async close(): Promise<void> {
    this.#stop('closed');
    await this.#log.close();
  }

  /** Resolves, with the last LSN, when everything appended so far is durable. */
  async #settled(): Promise<number> {
    const lsn = this.#log.lastLsn;
    try {
      await this.#log.durable(lsn);
    } catch (error) {
      throw this.#stop(error instanceof LogFailed ? error.kind : 'closed', error);
    }
    return lsn;
  }

  /** Appends the records as one batch and applies them at once. False when the log has no room for them yet. */
  #record(batch: readonly Accepted[]): boolean {
    if (new Set(batch.map(({ room }) => room)).size < batch.length) throw new RoomTwice();
    const records = batch.flatMap((accepted) => accepted.records);
    if (records.length === 0) return true;
    let lsn: number;
    try {
      lsn = this.#log.append(records).firstLsn;
    } catch (error) {
      if (error instanceof LogBusy) return false;
      throw error instanceof LogFailed ? this.#stop(error.kind, error) : error;
    }
    for (const record of records) this.#schedule.recorded(record.length);
    for (const accepted of batch) {
      accepted.apply(lsn);
      lsn += accepted.records.length;
      if (accepted.state !== undefined) this.#ports.probe.label(accepted.room, accepted.state);
    }
    this.#snapshotWhenDue();
    return true;
  }

  #mustBeOpen(): void {
    if (this.#stopped !== undefined) throw this.#stopped;
  }

  #stop(kind: StopKind, cause?: unknown): NodeStopped {
    this.#stopped ??= new NodeStopped(kind, { cause });
    return this.#stopped;
  }

  #snapshotWhenDue(): void {
    const lsn = this.#log.lastLsn;
    if (this.#stopped !== undefined || this.#snapshotOn || !this.#schedule.isDue(lsn)) return;
    this.#snapshotOn = true;
    void this.#takeSnapshot(lsn);
  }

  /** Never rejects: without a snapshot the log is longer, and nothing else. A log that has failed tells so itself. */
  async #takeSnapshot(lsn: number): Promise<void> {
    try {
      this.#schedule.begun();
      // Before the first wait, so that it is the state of this very LSN.
      const payload = captureRooms(this.#rooms);
      await this.#log.durable(lsn);
      await this.#log.snapshot(lsn, payload);
      await this.#log.compact();
      this.#schedule.taken(lsn, payload.length);
      this.#ports.probe.event('node.snapshot', { lsn, bytes: payload.length });
    } catch (error) {
      this.#schedule.failed(this.#log.lastLsn);
      this.#ports.probe.event('node.snapshot-failed', { lsn, reason: String(error) });
    }
    this.#snapshotOn = false;
    this.#snapshotWhenDue();
  }
}
