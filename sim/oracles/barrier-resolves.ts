import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { BatchEnd } from './batch-end.js';
import { callOf, wordsOf } from './operation-facts.js';
import { RegistryHistory } from './registry-history.js';
import { answersOf } from './registry-model.js';
import { WaitHistory, type WaitRecord } from './wait-history.js';

/**
 * A wait-all barrier ends: satisfied, cancelled, or with a typed answer for a member that is gone. It is satisfied in the very batch in
 * which its last member ends, with the answers in the order of the request; and whoever waits is told what the log says.
 */
export function barrierResolves(): Oracle<Fact> {
  const history = new RegistryHistory();
  const { model } = history;
  const waits = new WaitHistory();
  const batch = new BatchEnd();
  const membersOf = new Map<string, string>();
  let isExcused = false;
  return {
    id: 'barrier-resolves',
    onFact(fact, check) {
      if (batch.isOver(fact)) judgeOpen(history, check);
      judgeRecord(fact, history, check);
      history.observe(fact);
      waits.observe(fact, history.version);
      if (fact.kind === 'call.reached' && fact.purpose === 'wait') membersOf.set(callOf(fact), fact.terms);
      else if (fact.kind === 'client.answered') membersOf.delete(callOf(fact));
      else if (fact.kind === 'client.waited' || fact.kind === 'client.refused') {
        const call = callOf(fact);
        const subject = fact.kind === 'client.waited' ? fact.wait : fact.subject;
        const since = history.versionOf(call);
        const held = waits.since(subject, since);
        if (fact.kind === 'client.waited') judgeEnd(fact, membersOf.get(call) ?? '', held, check);
        else {
          if (fact.code === 'OPERATIONS_UNKNOWN_WAIT') judgeUnknown(fact, held, since, check);
          const members = membersOf.get(call);
          if (members !== undefined) judgeRefusal(fact, members, history, held, check);
        }
      } else if (fact.kind === 'node.refused') isExcused ||= fact.excused;
      else if (fact.kind === 'node.ready') isExcused = false;
    },
    atQuiescence(check) {
      judgeOpen(history, check);
      const [open] = [...model.waits].find(([, { isSatisfied }]) => !isSatisfied) ?? [];
      check(
        open === undefined || isExcused,
        open ?? '',
        () => 'is still open, and nothing is left to happen',
      );
    },
  };
}

/** To be asked when no batch is half told. */
function judgeOpen({ model }: RegistryHistory, check: Check): void {
  for (const [wait, each] of model.waits) {
    if (each.isSatisfied) continue;
    const answers = answersOf(each);
    check(answers === undefined, wait, () => `is open, and all is answered for: ${answers ?? ''}`);
  }
}

/** What a record says of a wait has to follow from what it was. */
function judgeRecord(fact: Fact, { model }: RegistryHistory, check: Check): void {
  if (fact.kind === 'log.wait-opened') {
    const { wait, members } = fact;
    check(!model.waits.has(wait), wait, () => 'is opened twice');
    check(!hasTwice(members), wait, () => `names somebody twice: ${members}`);
    const stranger = wordsOf(members).find((member) => model.standing(member) === 'absent');
    check(stranger === undefined, wait, () => `waits for ${stranger ?? ''}, which nobody knows`);
  } else if (fact.kind === 'log.wait-satisfied') {
    const wait = model.waits.get(fact.wait);
    const owed = wait === undefined || wait.isSatisfied ? undefined : answersOf(wait);
    const { answers } = fact;
    check(
      owed === answers,
      fact.wait,
      () => `is satisfied with "${answers}"; owed is "${owed ?? 'nothing'}"`,
    );
  } else if (fact.kind === 'log.wait-closed') {
    const { wait, why } = fact;
    const isSatisfied = model.waits.get(wait)?.isSatisfied;
    check(
      isSatisfied === (why === 'acknowledged'),
      wait,
      () => `is ${why}, and was ${stateText(isSatisfied)}`,
    );
  }
}

function judgeEnd(
  { node, wait, end, answers }: Extract<Fact, { readonly kind: 'client.waited' }>,
  members: string,
  held: readonly WaitRecord[],
  check: Check,
): void {
  const fitting = held
    .filter((record) => record.members === members)
    .some((record) => (end === 'cancelled' ? record.why === end : record.answers === answers));
  check(
    fitting && end !== 'unknown',
    wait,
    () => `${node} was told ${end} ${answers}, and the log knows nothing of it`,
  );
}

function judgeUnknown(
  { node, subject }: Extract<Fact, { readonly kind: 'client.refused' }>,
  held: readonly WaitRecord[],
  since: number,
  check: Check,
): void {
  const isThere = held.some(({ openedAt, closedAt }) => openedAt <= since && closedAt === Infinity);
  check(!isThere, subject, () => `${node} was told that it is unknown, and it is held`);
}

/** Somebody was refused a wait. */
function judgeRefusal(
  fact: Extract<Fact, { readonly kind: 'client.refused' }>,
  members: string,
  history: RegistryHistory,
  held: readonly WaitRecord[],
  check: Check,
): void {
  const { code, subject, node } = fact;
  const isUnknown = (): boolean =>
    wordsOf(members).includes(subject) && history.standingsSince(callOf(fact), subject).includes('absent');
  const fits =
    (code === 'OPERATIONS_DUPLICATE_WAIT_OPERATION' && hasTwice(members)) ||
    (code === 'OPERATIONS_UNKNOWN_OPERATION' && isUnknown()) ||
    (code === 'OPERATIONS_WAIT_CONFLICT' && held.some((record) => record.members !== members));
  check(fits, node, () => `was refused a wait for "${members}": ${code} of ${subject}`);
}

function hasTwice(members: string): boolean {
  const words = wordsOf(members);
  return new Set(words).size < words.length;
}

function stateText(isSatisfied: boolean | undefined): string {
  if (isSatisfied === undefined) return 'not there';
  return isSatisfied ? 'satisfied' : 'open';
}
