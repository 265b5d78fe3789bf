import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import type { AuthorityAct } from './fleet-facts.js';
import { type AuditedFact, isAudited } from './tenures.js';

type Asked = Extract<Fact, { readonly kind: 'authority.asked' }>;
type Answered = Extract<Fact, { readonly kind: 'authority.answered' }>;

/** As which act a call is audited. */
const auditedAs: Readonly<Partial<Record<AuthorityAct, string>>> = { admit: 'use', settle: 'use' };

/** What cannot be understood is nobody's authority. */
const isUnaudited = (code: string): boolean =>
  !code.startsWith('OWNERSHIP_') || code === 'OWNERSHIP_INVALID_COMMAND';

/**
 * Every act of authority that anybody was told of has exactly one record, refusals too, in one global order without holes: times that never go
 * back, ids that are given once, and digests only of what was there. What changes the ledger stands with the use that permits it.
 */
export function auditComplete(): Oracle<Fact> {
  const asked = new Map<string, Asked>();
  const records = new Records();
  return {
    id: 'audit-complete',
    onFact(fact, check) {
      records.observe(fact, check);
      if (fact.kind === 'authority.asked') asked.set(fact.call, fact);
      else if (fact.kind === 'authority.answered') {
        const call = asked.get(fact.call);
        asked.delete(fact.call);
        if (call !== undefined) records.judge(call, fact, check);
      }
    },
  };
}

/** The audit, as the log tells it. */
class Records {
  /** How often each thing that may be told is on record. */
  readonly #counts = new Map<string, number>();
  /** Refusals that somebody was told. */
  readonly #refusals = new Map<string, number>();
  #seq = 0;
  #archivedSeq = 0;
  #latestMs = 0;
  /** The generation whose use was recorded just now; '' when something else was. */
  #lastUse = '';

  observe(fact: Fact, check: Check): void {
    if (isAudited(fact)) {
      this.#seq += 1;
      check(
        fact.atMs >= this.#latestMs,
        fact.session,
        () => `audit record ${this.#seq} is of ${fact.atMs}, the one before of ${this.#latestMs}`,
      );
      this.#latestMs = Math.max(this.#latestMs, fact.atMs);
      const { name, isOnce } = recordName(fact);
      const count = (this.#counts.get(name) ?? 0) + 1;
      this.#counts.set(name, count);
      check(count === 1 || !isOnce, fact.session, () => `on record ${count} times: ${name}`);
      this.#lastUse = fact.kind === 'log.capability-used' ? `${fact.session}@${fact.generation}` : '';
    } else if (fact.kind === 'log.admitted') {
      const { session } = fact;
      const isPermitted = this.#lastUse.startsWith(`${session}@`);
      this.#lastUse = '';
      check(isPermitted, fact.operation, () => `admitted for ${session}, without a use of its capability`);
    } else if (fact.kind === 'log.settled') {
      const name = `${fact.session}@${fact.generation}`;
      const isPermitted = this.#lastUse === name || this.#counts.has(`over ${fact.session}`);
      this.#lastUse = '';
      check(isPermitted, fact.operation, () => `settled under ${name}, without a use of that capability`);
    } else if (fact.kind === 'log.audit-archived') {
      const { throughSeq } = fact;
      check(throughSeq > this.#archivedSeq && throughSeq <= this.#seq, fact.node, () => {
        return `the audit is archived through ${throughSeq}; it was through ${this.#archivedSeq}, and has ${this.#seq} records`;
      });
      this.#archivedSeq = throughSeq;
    }
  }

  judge(call: Asked, answer: Answered, check: Check): void {
    const { owner, session, act } = call;
    if (answer.answer !== 'granted') {
      if (isUnaudited(answer.answer)) return;
      const name = `denied ${auditedAs[act] ?? act} ${owner} ${session} ${answer.answer}`;
      const told = (this.#refusals.get(name) ?? 0) + 1;
      this.#refusals.set(name, told);
      const count = this.#counts.get(name) ?? 0;
      check(count >= told, session, () => `${told} were told, ${count} are on record: ${name}`);
      return;
    }
    const name = grantName(call, answer);
    if (name === '') return;
    check(this.#counts.has(name), session, () => `${call.node} was told, and it is not on record: ${name}`);
  }
}

/** What a record is the record of, and whether that can happen only once. */
function recordName(fact: AuditedFact): { readonly name: string; readonly isOnce: boolean } {
  const { session } = fact;
  switch (fact.kind) {
    case 'log.capability-issued':
      return { name: `issued ${fact.owner} ${session}@${fact.generation}`, isOnce: true };
    case 'log.capability-invalidated':
    case 'log.lease-expired':
      return { name: `ended ${session}@${fact.generation}`, isOnce: true };
    case 'log.capability-used':
      return { name: `used ${session}@${fact.generation}`, isOnce: false };
    case 'log.lease-renewed':
      return { name: `renewed ${session}@${fact.generation}`, isOnce: false };
    case 'log.session-ended':
      return { name: `over ${session}`, isOnce: true };
    case 'log.receipt':
      return { name: `receipt ${fact.claim} ${fact.standing}`, isOnce: true };
    case 'log.readiness':
      return { name: `witness ${fact.witness} ${fact.standing}`, isOnce: true };
    case 'log.denied':
      return { name: `denied ${fact.act} ${fact.owner} ${session} ${fact.code}`, isOnce: false };
  }
}

/** What has to be on record when a call was granted; '' when nothing has to be that is not there anyway. */
function grantName({ act, session, owner, generation, subject }: Asked, answer: Answered): string {
  switch (act) {
    case 'claim':
    case 'commit_transfer':
      return `issued ${owner} ${session}@${answer.generation}`;
    case 'release':
    case 'close':
      return `ended ${session}@${generation}`;
    case 'begin_transfer':
      return `receipt ${answer.subject} issued`;
    case 'rollback_transfer':
      return `receipt ${subject} rolled_back`;
    case 'issue_readiness':
      return `witness ${answer.subject} issued`;
    case 'consume_readiness':
      return `witness ${subject} consumed`;
    case 'renew':
    case 'admit':
    case 'settle':
      // Repeated, they record nothing more: for a renewal see lease-latched, for the others the ledger.
      return '';
  }
}
