import type { OwnershipEntry, SessionEntry } from './entry.js';
import { sessionIdOfEntry } from './entry.js';
import { evolve } from './evolve.js';
import type { OwnedSession, OwnershipState } from './state.js';

/** What a command comes to while it is decided: entries, and the sessions as they will be after them. The state stays as it is. */
export class Draft {
  readonly state: OwnershipState;
  /** The time of the command, never before a time that was recorded. */
  readonly atMs: number;
  readonly entries: OwnershipEntry[] = [];
  readonly #changed = new Map<string, OwnedSession>();
  #nextWitnessId: number;

  constructor(state: OwnershipState, atMs: number) {
    this.state = state;
    this.atMs = Math.max(state.latestMs, atMs);
    this.#nextWitnessId = state.nextWitnessId;
  }

  session(sessionId: string): OwnedSession | undefined {
    return this.#changed.get(sessionId) ?? this.state.sessions.get(sessionId);
  }

  /** To be used by the next entry that issues a witness. */
  takeWitnessId(): number {
    const witnessId = this.#nextWitnessId;
    this.#nextWitnessId += 1;
    return witnessId;
  }

  /** One more entry about a session; gives the session after it. */
  record(entry: SessionEntry): OwnedSession {
    const sessionId = sessionIdOfEntry(entry);
    const session = evolve(this.session(sessionId), entry);
    this.#changed.set(sessionId, session);
    this.entries.push(entry);
    return session;
  }
}
