import type { Ports } from '../../src/runtime/ports.js';
import { Room } from '../../src/node/room.js';
import { Shell, type ShellOptions } from '../../src/node/shell.js';
import { ledger, type LedgerLine } from './ledger.js';
import type { Service } from './server.js';
import { stateDigest } from './shadow.js';

/** A state with the LSN that it is the fold of. */
export interface Audit {
  readonly lsn: number;
  readonly digest: string;
}

/** A node whose only room is the ledger: the shell and the log with next to nothing on top. */
export class LedgerService implements Service {
  readonly #room: Room<ReturnType<typeof ledger.initial>, readonly LedgerLine[], LedgerLine, never>;
  readonly #shell: Shell;
  readonly stopped: Promise<unknown>;

  private constructor(room: LedgerService['#room'], shell: Shell) {
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

  digest(): string {
    return stateDigest(this.#room.capture());
  }

  /** The LSN of the last of `lines`, once all are durable. */
  async append(lines: readonly LedgerLine[]): Promise<number> {
    const outcome = await this.#shell.submit(this.#room, lines);
    return outcome.lastLsn;
  }

  audit(): Promise<Audit> {
    return this.#shell.read(() => ({ lsn: this.lastLsn, digest: this.digest() }));
  }
}
