import { auditedKinds } from './authority-facts.js';
import type { Fact } from './facts.js';

/** An authority over one session, as the log of the authority tells it. */
export interface Tenure {
  readonly owner: string;
  readonly generation: number;
  readonly scope: string;
}

/** One session, as the log of the authority tells it. */
export interface TenuredSession {
  /** The highest that was ever granted. */
  generation: number;
  /** Who may act now; undefined when nobody. */
  live: Tenure | undefined;
  hasEnded: boolean;
}

/** Who may act for which session, folded from the log of the authority. */
export class Tenures {
  readonly #sessions = new Map<string, TenuredSession>();
  readonly #owners = new Map<string, string>();

  session(session: string): TenuredSession | undefined {
    return this.#sessions.get(session);
  }

  /** To whom a generation was granted, dead or alive; undefined when it never was. */
  ownerOf(session: string, generation: number): string | undefined {
    return this.#owners.get(tenureName(session, generation));
  }

  /** Whether the generation is the one under which somebody may act now. */
  isLive(session: string, generation: number): boolean {
    return this.#sessions.get(session)?.live?.generation === generation;
  }

  /** To be told of every fact, after it was judged. */
  observe(fact: Fact): void {
    switch (fact.kind) {
      case 'log.capability-issued': {
        const { session, owner, generation, scope } = fact;
        const highest = this.#sessions.get(session)?.generation ?? -1;
        this.#sessions.set(session, {
          generation: Math.max(highest, generation),
          live: { owner, generation, scope },
          hasEnded: false,
        });
        this.#owners.set(tenureName(session, generation), owner);
        return;
      }
      case 'log.capability-invalidated':
      case 'log.lease-expired': {
        const session = this.#sessions.get(fact.session);
        if (session !== undefined) session.live = undefined;
        return;
      }
      case 'log.session-ended': {
        const session = this.#sessions.get(fact.session);
        if (session === undefined) return;
        session.live = undefined;
        session.hasEnded = true;
        return;
      }
      default:
    }
  }
}

/** Names one generation of one session. */
export function tenureName(session: string, generation: number): string {
  return `${session}@${generation}`;
}

const audited: ReadonlySet<string> = new Set(auditedKinds);

export type AuditedFact = Extract<Fact, { readonly kind: (typeof auditedKinds)[number] }>;

/** Whether the fact is a record of the audit. */
export function isAudited(fact: Fact): fact is AuditedFact {
  return audited.has(fact.kind);
}
