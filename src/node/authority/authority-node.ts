import type { CborValue } from '../../codec/cbor.js';
import type { OwnershipLimits } from '../../ownership/limits.js';
import { ownershipProjection } from '../../ownership/projection.js';
import { secretBytes, Unsealable } from '../../remote/capability-seal.js';
import type { Network } from '../../runtime/network.js';
import type { Ports } from '../../runtime/ports.js';
import type { NodeStopped } from '../errors.js';
import { Requests } from '../../requests/requests.js';
import { Room } from '../room.js';
import { Shell, type ShellOptions } from '../shell.js';
import { sessionsProjection } from '../../sessions/projection.js';
import type { SessionsLimits } from '../../sessions/limits.js';
import type { Authority } from './authority.js';
import { AuthorityActs, type RemoteRights } from './authority-acts.js';
import { authorityClock } from './authority-clock.js';
import { AuthorityKeeper } from './authority-keeper.js';
import type { AuthorityRooms } from './authority-rooms.js';
import type { LedgerLimits } from './ledger-limits.js';
import { ledgerProjection } from './ledger-projection.js';
import { serveAuthority } from './serve-authority.js';
import { serveSessions } from './serve-sessions.js';
import { SessionActs } from './session-acts.js';
import type { Sessions } from './sessions.js';

export interface AuthorityNodeOptions extends ShellOptions, RemoteRights {
  readonly ownership: OwnershipLimits;
  readonly ledger: LedgerLimits;
  readonly sessions: SessionsLimits;
}

/**
 * The authority of a fleet: the node that has the last word on who may act for which session, on what became of each operation, and on
 * what was said in each protocol session.
 * Design 3, points 2, 7 and 9. Nothing that it answers rests on anything that is not durable.
 */
export class AuthorityNode {
  readonly #shell: Shell;
  readonly #rooms: AuthorityRooms;
  readonly #keeper: AuthorityKeeper;
  readonly #requests: Requests;
  /** What others ask over the network, for those in the same process. */
  readonly authority: Authority;
  /** The same for protocol sessions. */
  readonly sessions: Sessions;

  private constructor(
    shell: Shell,
    rooms: AuthorityRooms,
    keeper: AuthorityKeeper,
    requests: Requests,
    acts: { readonly authority: Authority; readonly sessions: Sessions },
  ) {
    this.#shell = shell;
    this.#rooms = rooms;
    this.#keeper = keeper;
    this.#requests = requests;
    this.authority = acts.authority;
    this.sessions = acts.sessions;
    void this.failure.then(() => this.#letGo());
  }

  /**
   * Recovers the authority from its log; answers under the name of `network` from then on, and does what is due by itself.
   *
   * Rejects as {@link Shell.open}, and with InvalidLimit, InvalidLedgerLimit or Unsealable.
   */
  static async open(ports: Ports, network: Network, options: AuthorityNodeOptions): Promise<AuthorityNode> {
    const node = await AuthorityNode.recover(ports, network, options);
    node.start();
    return node;
  }

  /** As {@link AuthorityNode.open}, but does nothing by itself before {@link AuthorityNode.start}. */
  static async recover(
    ports: Ports,
    network: Network,
    options: AuthorityNodeOptions,
  ): Promise<AuthorityNode> {
    const { secret, computations } = options;
    if (secret.length !== secretBytes) {
      throw new Unsealable(`a secret of ${secret.length} bytes, not ${secretBytes}`);
    }
    const keepers: AuthorityKeeper[] = [];
    const rooms: AuthorityRooms = {
      ownership: new Room(ownershipProjection(options.ownership), (entry) => {
        for (const keeper of keepers) keeper.told(entry);
      }),
      ledger: new Room(ledgerProjection(options.ledger)),
      sessions: new Room(sessionsProjection(options.sessions)),
    };
    const shell = await Shell.open(ports, options, [rooms.ownership, rooms.ledger, rooms.sessions]);
    const nowMs = authorityClock(rooms.ownership.state, ports.clock);
    const keeper = new AuthorityKeeper(shell, rooms, ports.clock, nowMs);
    keepers.push(keeper);
    const authority = new AuthorityActs(shell, rooms, nowMs, { secret, computations });
    const sessions = new SessionActs(shell, rooms, nowMs);
    const serve = serveSessions(sessions, serveAuthority(authority));
    const requests = new Requests(ports, network, serve);
    return new AuthorityNode(shell, rooms, keeper, requests, { authority, sessions });
  }

  /** Begins to do what is due by itself. */
  start(): void {
    this.#keeper.begin();
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
    const { ownership, ledger, sessions } = this.#rooms;
    return this.#shell.read(() => ({
      lsn: this.lastLsn,
      state: [ownership.capture(), ledger.capture(), sessions.capture()],
    }));
  }

  async close(): Promise<void> {
    this.#letGo();
    await this.#shell.close();
  }

  #letGo(): void {
    this.#keeper.close();
    this.#requests.close();
  }
}
