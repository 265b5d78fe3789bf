import { describeReason, type Ending } from '../../ownership/ending.js';
import type { OwnershipEntry } from '../../ownership/entry.js';
import { nextDueAtMs } from '../../ownership/view.js';
import { Alarm } from '../../remote/alarm.js';
import type { Clock, Milliseconds } from '../../runtime/clock.js';
import type { SessionsCommand } from '../../sessions/command.js';
import { NodeStopped } from '../errors.js';
import type { Shell } from '../shell.js';
import type { AuthorityRooms } from './authority-rooms.js';
import { nextEnding, nextReaped } from './session-endings.js';

/** A session that nobody will own again. */
interface EndedSession {
  readonly sessionId: string;
  readonly generation: number;
  readonly ending: Ending;
}

/**
 * Does what is due without being asked: records what time has done, settles what was open of sessions that have ended, ends and archives
 * the protocol sessions that they guarded, and archives those themselves then. All of it follows from the state, so that a crash in between loses nothing: the next life goes on with it.
 */
export class AuthorityKeeper {
  readonly #shell: Shell;
  readonly #rooms: AuthorityRooms;
  readonly #clock: Clock;
  readonly #nowMs: () => Milliseconds;
  readonly #alarm: Alarm;
  #isOn = false;

  constructor(shell: Shell, rooms: AuthorityRooms, clock: Clock, nowMs: () => Milliseconds) {
    this.#shell = shell;
    this.#rooms = rooms;
    this.#clock = clock;
    this.#nowMs = nowMs;
    this.#alarm = new Alarm(clock, () => void this.#untilStopped(() => this.#expire()));
  }

  /** Before, nothing is done. */
  begin(): void {
    this.#isOn = true;
    this.#setAlarm();
    void this.#untilStopped(() => this.#settleEnded());
  }

  /** Of each entry about ownership, once it is durable. */
  told({ kind }: OwnershipEntry): void {
    // A renewal only postpones: the alarm rings for nothing then, and is set anew.
    if (kind === 'capability_issued' || kind === 'receipt_issued') this.#setAlarm();
    if (kind === 'session_ended') void this.#untilStopped(() => this.#settleEnded());
  }

  close(): void {
    this.#isOn = false;
    this.#alarm.set(undefined);
  }

  #setAlarm(): void {
    if (!this.#isOn) return;
    const dueAtMs = nextDueAtMs(this.#rooms.ownership.state);
    const inMs = dueAtMs === undefined ? undefined : Math.max(0, dueAtMs - this.#nowMs());
    this.#alarm.set(inMs === undefined ? undefined : this.#clock.monotonicMs() + inMs);
  }

  async #expire(): Promise<void> {
    await this.#shell.submit(this.#rooms.ownership, { kind: 'expire_due', atMs: this.#nowMs() });
    this.#setAlarm();
  }

  async #settleEnded(): Promise<void> {
    const { ownership, ledger, sessions } = this.#rooms;
    for (let ended = this.#endedWithOpen(); ended !== undefined; ended = this.#endedWithOpen()) {
      const { sessionId, generation, ending } = ended;
      const reason = describeReason(ending.reason);
      await this.#shell.submit(ledger, { kind: 'abort_open', sessionId, generation, reason });
    }
    while (this.#nextInSession() !== undefined) {
      await this.#shell.submitTogether([
        () => {
          const command = this.#nextInSession();
          return command === undefined ? sessions.proposeNothing() : sessions.propose(command);
        },
      ]);
    }
    await this.#shell.submitTogether([
      () =>
        this.#endedWithOpen() === undefined && this.#nextInSession() === undefined
          ? ownership.propose({ kind: 'reap', atMs: this.#nowMs() })
          : ownership.proposeNothing(),
    ]);
  }

  /** The session of the first open operation that nobody can end any more. A session is not archived before that is done. */
  #endedWithOpen(): EndedSession | undefined {
    const { sessions } = this.#rooms.ownership.state;
    for (const { sessionId } of this.#rooms.ledger.state.open.values()) {
      const session = sessions.get(sessionId);
      if (session === undefined || session.ending === null) continue;
      return { sessionId, generation: session.generation, ending: session.ending };
    }
    return undefined;
  }

  /** What a protocol session needs that nobody guards any more. It ends before the session that has guarded it is archived. */
  #nextInSession(): SessionsCommand | undefined {
    const ownership = this.#rooms.ownership.state;
    const sessions = this.#rooms.sessions.state;
    const atMs = this.#nowMs();
    const ending = nextEnding(ownership, sessions, atMs);
    if (ending !== undefined) return ending;
    const sessionId = nextReaped(ownership, sessions);
    return sessionId === undefined ? undefined : { kind: 'reap', sessionId, atMs };
  }

  /** The next life goes on with what this one could not do. */
  async #untilStopped(work: () => Promise<void>): Promise<void> {
    try {
      if (this.#isOn) await work();
    } catch (error) {
      if (!(error instanceof NodeStopped)) throw error;
    }
  }
}
