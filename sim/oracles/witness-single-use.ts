import type { Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';

/** One witness that was issued. */
interface Issued {
  readonly owner: string;
  readonly session: string;
  readonly generation: number;
  readonly terms: string;
  /** How it was used up; '' as long as it is good. */
  end: '' | 'consumed' | 'invalidated';
}

/**
 * A witness is consumed at most once, by the capability that it was issued under, to the letter, and not after that capability has ended. No two
 * share an id. Whoever is told that it has consumed one is the only one.
 */
export function witnessSingleUse(): Oracle<Fact> {
  const witnesses = new Map<number, Issued>();
  /** By session: those that are good. */
  const good = new Map<string, Set<number>>();
  /** Calls that want to consume a witness. */
  const calls = new Map<string, string>();
  /** By witness: the call that was told that it has consumed it. */
  const consumers = new Map<string, string>();
  return {
    id: 'witness-single-use',
    onFact(fact, check) {
      if (fact.kind === 'authority.asked') {
        if (fact.act === 'consume_readiness') calls.set(fact.call, fact.subject);
      } else if (fact.kind === 'authority.answered') {
        const witness = calls.get(fact.call);
        if (witness === undefined) return;
        calls.delete(fact.call);
        if (fact.answer !== 'granted') return;
        const before = consumers.get(witness);
        check(before === undefined, `witness ${witness}`, () => {
          return `${fact.node} was told that it has consumed it, and so was call ${before ?? ''}`;
        });
        consumers.set(witness, fact.call);
        const end = witnesses.get(Number(witness))?.end ?? 'never issued';
        check(end === 'consumed', `witness ${witness}`, () => `told as consumed; in the log it is ${end}`);
      } else if (fact.kind === 'log.readiness') {
        const { witness: id, owner, session, generation, terms, standing } = fact;
        const subject = `witness ${id}`;
        const known = witnesses.get(id);
        if (standing === 'issued') {
          check(
            known === undefined,
            subject,
            () => `issued to ${owner}, and before to ${known?.owner ?? ''}`,
          );
          witnesses.set(id, { owner, session, generation, terms, end: '' });
          good.set(session, (good.get(session) ?? new Set()).add(id));
          return;
        }
        check(known !== undefined, subject, () => `${standing}, and it was never issued`);
        if (known === undefined) return;
        check(known.end === '', subject, () => `${standing} after it was ${known.end}`);
        check(
          known.owner === owner &&
            known.session === session &&
            known.generation === generation &&
            known.terms === terms,
          subject,
          () =>
            `${standing} as one of ${owner} in ${generation}; issued to ${known.owner} in ${known.generation}`,
        );
        known.end = standing;
        good.get(session)?.delete(id);
      } else if (fact.kind === 'log.capability-issued' || fact.kind === 'log.session-ended') {
        // Whatever gives a session to somebody else, or to nobody, leaves no witness behind.
        const [left] = good.get(fact.session) ?? [];
        check(left === undefined, fact.session, () => `${fact.kind}, and witness ${left ?? 0} is still good`);
      }
    },
  };
}
