import type { CborValue } from '../codec/cbor.js';
import type { OperationsCommand } from '../operations/command.js';
import type { Cursors } from '../operations/cursors.js';
import type { OperationsEntry } from '../operations/entry.js';
import { type CompletionPage, feedSince } from '../operations/feed.js';
import type { OperationsLimits } from '../operations/limits.js';
import { operationsProjection } from '../operations/projection.js';
import type { OperationsRefusal } from '../operations/refusal.js';
import { activeCount, type OperationsState } from '../operations/state.js';
import {
  listOperations,
  type OperationSnapshot,
  snapshotOf,
  type Standing,
  standingOf,
} from '../operations/view.js';
import { type WatchEnd, Watchers } from '../operations/watchers.js';
import type { Ports } from '../runtime/ports.js';
import { BarrierWaiters, type WaitOutcome } from './barrier-waiters.js';
import type { NodeStopped } from './errors.js';
import { type Proposal, Room } from './room.js';
import { type Outcome, Shell, type ShellOptions } from './shell.js';

/** What an operations node is made of. */
export interface OperationsNodeOptions extends ShellOptions, OperationsLimits {}

/** What may be asked of the node: a command less what the node knows by itself, the time and who watches. */
export type OperationsRequest = Unfilled<OperationsCommand>;

type Unfilled<Command> = Command extends OperationsCommand ? Omit<Command, 'atMs' | 'watched'> : never;

/** What is waited for. The same request id with the same operations is the same wait, for as long as it is held. */
export interface WaitRequest {
  readonly requestId: string;
  /** Answers come in this order. */
  readonly operationIds: readonly string[];
}

/** The operations that are held, by display name, and how many of them are alive. */
export interface OperationsOverview {
  readonly active: number;
  readonly operations: readonly OperationSnapshot[];
}

type OperationsRoom = Room<OperationsState, OperationsCommand, OperationsEntry, OperationsRefusal>;

/**
 * A node with one room: the registry of operations. It runs nothing: whoever does the work says how it goes. Nothing that it answers rests
 * on anything that is not durable.
 */
export class OperationsNode {
  readonly #ports: Ports;
  readonly #shell: Shell;
  readonly #room: OperationsRoom;
  readonly #watchers: Watchers;
  readonly #waiters: BarrierWaiters;

  private constructor(ports: Ports, shell: Shell, room: OperationsRoom) {
    this.#ports = ports;
    this.#shell = shell;
    this.#room = room;
    this.#watchers = new Watchers(room);
    this.#waiters = new BarrierWaiters(room.state);
    void this.failure.then(() => this.#letGo());
  }

  /** Recovers the node from its log. Rejects as {@link Shell.open}. @throws InvalidLimit */
  static async open(ports: Ports, options: OperationsNodeOptions): Promise<OperationsNode> {
    const made: OperationsNode[] = [];
    const room = new Room(operationsProjection(options), (entry) => {
      for (const node of made) node.#told(entry);
    });
    const node = new OperationsNode(ports, await Shell.open(ports, options, [room]), room);
    made.push(node);
    return node;
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

  /**
   * Gives a command. How it was decided is told when that is durable; rejects with {@link NodeStopped} when the disk fails first, and it
   * may or may not have been recorded.
   */
  submit(request: OperationsRequest): Promise<Outcome<OperationsRefusal>> {
    return this.#shell.submitTogether([() => this.#propose(request)]);
  }

  /** Waits for an operation to end. Rejects with {@link NodeStopped} when this life is over already. */
  async watch(operationId: string): Promise<WatchEnd> {
    // In a box, since a read waits for what it is given. What nobody knows is told only when that, too, is durable.
    const { end } = await this.#shell.read(() => ({ end: this.#watchers.subscribe(operationId) }));
    return end;
  }

  /**
   * Waits until all of these operations have ended, and gives their answers in the order of the request. Asked again with the same
   * request id, also after a restart, it is the same wait; its answers are held until they are acknowledged.
   */
  waitAll({ requestId, operationIds }: WaitRequest): Promise<WaitOutcome> {
    return this.#waiters.waitAll(this.#shell, requestId, () =>
      this.#propose({ kind: 'wait_all', requestId, operationIds }),
    );
  }

  /** Whoever waited has its answers: the node may forget them. */
  acknowledge(requestId: string): Promise<Outcome<OperationsRefusal>> {
    return this.submit({ kind: 'acknowledge_wait', requestId });
  }

  /** Drops a wait that is still open. All who wait are told. */
  cancelWait(requestId: string): Promise<Outcome<OperationsRefusal>> {
    return this.submit({ kind: 'cancel_wait', requestId });
  }

  /** Moves cursors of the feed forward. */
  advanceCursors(to: Readonly<Partial<Cursors>>): Promise<Outcome<OperationsRefusal>> {
    return this.submit({ kind: 'advance_cursors', to });
  }

  /** Where the cursors of the feed are. */
  cursors(): Promise<Cursors> {
    return this.#shell.read(() => this.#room.state.cursors);
  }

  /** A page of the completion feed, of `limit` (1 at least) rows at most. */
  feed(afterSeq: number, limit: number): Promise<CompletionPage> {
    return this.#shell.read(() => feedSince(this.#room.state, afterSeq, limit));
  }

  /** What an id stands for: an operation, what is left of one, or nothing. */
  standing(operationId: string): Promise<Standing> {
    return this.#shell.read(() => standingOf(this.#room.state, operationId));
  }

  /** Everything that is known of an operation; undefined when it is not held. */
  snapshot(operationId: string): Promise<OperationSnapshot | undefined> {
    return this.#shell.read(() => snapshotOf(this.#room.state, operationId));
  }

  list(): Promise<OperationsOverview> {
    return this.#shell.read(() => ({
      active: activeCount(this.#room.state),
      operations: listOperations(this.#room.state),
    }));
  }

  async close(): Promise<void> {
    this.#letGo();
    await this.#shell.close();
  }

  /** Fills in who watches at the moment of the decision, not of the request: it may have to wait for its turn. */
  #propose(request: OperationsRequest): Proposal<OperationsRefusal> {
    const known = { atMs: this.#ports.clock.wallMs(), watched: this.#watchers.watched() };
    return this.#room.propose({ ...request, ...known });
  }

  #told(entry: OperationsEntry): void {
    this.#watchers.told(entry);
    this.#waiters.told(entry);
  }

  #letGo(): void {
    this.#watchers.close();
    this.#waiters.close();
  }
}
