import type { Ports } from '../../src/runtime/ports.js';
import { Room } from '../../src/node/room.js';
import { Shell, type ShellOptions } from '../../src/node/shell.js';
import { ledger, type LedgerLine, type LedgerState } from './ledger.js';
import type { Audit, Service } from './service.js';
import { stateDigest } from './shadow.js';

type LedgerRoom = Room<LedgerState, readonly LedgerLine[], LedgerLine, never>;

/** A node whose only room is the ledger: the shell and the log with next to nothing on top. */
export class LedgerService implements Service {
  readonly #room: LedgerRoom;
  readonly #shell: Shell;
  readonly stopped: Promise<unknown>;

  private constructor(room: LedgerRoom, shell: Shell) {
    this.#room = room;
    this.#shell = shell;
    this.stopped = shell.failure;
  }

  static async open(ports: Ports, options: ShellOptions): Promise<LedgerService> {
    const room = new Room(ledger);
    return new LedgerService(room, await Shell.open(ports, options, [room]));
  }

  get lastLsn(): number {
    return this.#shell.lastLsn;
  }

  /** The LSN of the last of `lines`, once all are durable. */
  async append(lines: readonly LedgerLine[]): Promise<number> {
    const outcome = await this.#shell.submit(this.#room, lines);
    return outcome.kind === 'accepted' ? outcome.lastLsn : 0;
  }

  audit(): Promise<Audit> {
    return this.#shell.read(() => ({ lsn: this.lastLsn, digest: stateDigest(this.#room.capture()) }));
  }
}
