import type { AuthorityCommand } from '../../ownership/command.js';
import type { AuthorityRefusal, OwnershipRefusal } from '../../ownership/refusal.js';
import type { Milliseconds } from '../../runtime/clock.js';
import type { SessionsCommand } from '../../sessions/command.js';
import type { SessionsRefusal } from '../../sessions/refusal.js';
import type { Proposal } from '../room.js';
import type { Shell } from '../shell.js';
import type { Answer } from './authority.js';
import type { AuthorityRooms } from './authority-rooms.js';
import type { LedgerCommand } from './ledger-command.js';
import type { LedgerRefusal } from './ledger-refusal.js';
import { refusedAct } from './refused-act.js';

type PermittedRefusal = LedgerRefusal | SessionsRefusal;

/** What is asked of an authority. */
export interface AskedAct<Granted> {
  /** What ownership is asked, made anew whenever it is decided; null when it has said yes to this very thing before. */
  readonly command: (atMs: Milliseconds) => AuthorityCommand | null;
  /** What it permits in the ledger. */
  readonly ledger?: LedgerCommand;
  /** What it permits in protocol sessions instead, made anew whenever it is decided; null when that has been done before. */
  readonly sessions?: (atMs: Milliseconds) => SessionsCommand | null;
  /** What to answer when it is done, from the state as it is right after that. */
  readonly granted: () => Granted;
}

/**
 * One act while it is decided: what it asks of ownership and what that permits, in one batch. When ownership refuses, that is
 * recorded in its place, decided upon the very same state; what ownership has no record for (a command that cannot be meant), and what the
 * other room refuses, leaves none.
 */
export class AuthorityAct<Granted> {
  readonly #rooms: AuthorityRooms;
  readonly #nowMs: () => Milliseconds;
  readonly #asked: AskedAct<Granted>;
  #denied: AuthorityRefusal | undefined;
  #isNews = false;
  #answer: Answer<Granted> | undefined;

  constructor(rooms: AuthorityRooms, nowMs: () => Milliseconds, asked: AskedAct<Granted>) {
    this.#rooms = rooms;
    this.#nowMs = nowMs;
    this.#asked = asked;
  }

  /** The answer, once it is durable with all that it rests on. Rejects with NodeStopped. */
  async giveTo(shell: Shell): Promise<Answer<Granted>> {
    const outcome = await shell.submitTogether<OwnershipRefusal | PermittedRefusal>([
      () => this.#proposeOwnership(),
      () => this.#proposePermitted(),
    ]);
    if (outcome.kind === 'refused') return { kind: 'refused', refusal: refusedAct(outcome.refusal) };
    if (this.#answer === undefined) throw new ActUnanswered();
    return this.#answer;
  }

  #proposeOwnership(): Proposal<OwnershipRefusal> {
    const { ownership } = this.#rooms;
    const command = this.#asked.command(this.#nowMs());
    this.#denied = undefined;
    this.#isNews = false;
    if (command === null) return ownership.proposeNothing();
    const proposal = this.#orDenial(command, ownership.propose(command));
    this.#isNews = proposal.kind === 'accepted' && proposal.records.length > 0;
    return proposal;
  }

  #orDenial(command: AuthorityCommand, proposal: Proposal<OwnershipRefusal>): Proposal<OwnershipRefusal> {
    if (proposal.kind === 'accepted') return proposal;
    const { refusal } = proposal;
    if (refusal.code === 'OWNERSHIP_INVALID_COMMAND' || refusal.code === 'OWNERSHIP_NOTHING_TO_DENY') {
      return proposal;
    }
    this.#denied = refusal;
    return this.#rooms.ownership.propose({ kind: 'deny', act: command });
  }

  #proposePermitted(): Proposal<PermittedRefusal> {
    const proposal = this.#permitted();
    if (proposal.kind === 'refused') return proposal;
    // Where nothing is recorded, nothing is applied: the state right after is that of now.
    if (!this.#isNews && proposal.records.length === 0) this.#setAnswer();
    return {
      ...proposal,
      apply: (firstLsn) => {
        proposal.apply(firstLsn);
        this.#setAnswer();
      },
    };
  }

  #permitted(): Proposal<PermittedRefusal> {
    const { ledger, sessions } = this.#rooms;
    const { ledger: command, sessions: sessionsCommand } = this.#asked;
    if (this.#denied !== undefined) return ledger.proposeNothing();
    if (command !== undefined) return ledger.propose(command);
    const inSession = sessionsCommand?.(this.#nowMs()) ?? null;
    return inSession === null ? ledger.proposeNothing() : sessions.propose(inSession);
  }

  #setAnswer(): void {
    this.#answer =
      this.#denied === undefined
        ? { kind: 'granted', granted: this.#asked.granted() }
        : { kind: 'refused', refusal: refusedAct(this.#denied) };
  }
}

/** A bug of the node: an act was recorded, and nobody knows what to answer. */
class ActUnanswered extends Error {
  readonly code = 'AUTHORITY_ACT_UNANSWERED';
  override readonly name = 'ActUnanswered';
}
