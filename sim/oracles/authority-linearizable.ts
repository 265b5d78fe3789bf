import type { Oracle } from '../kernel/oracle.js';
import { authorityObject, type AuthorityRequest, type AuthorityResponse } from './authority-object.js';
import type { Fact } from './facts.js';
import { type SeaTime, shortestMs } from './lease-latched.js';
import { type HistoryCall, linearize } from './linearize.js';

/** Of one session: more are never tried. */
const stepsMax = 20_000;

type Asked = Extract<Fact, { readonly kind: 'authority.asked' }>;
type Answered = Extract<Fact, { readonly kind: 'authority.answered' }>;

/** One call, as far as it has come. */
interface Call {
  readonly asked: Asked;
  readonly askedAt: number;
  readonly askedMs: number;
  answer: { readonly fact: Answered; readonly at: number; readonly ms: number } | undefined;
}

/**
 * The history of claims, renewals, transfers and commits has a linear order: all that anybody was told could have been told by an authority that
 * does one thing after the other, each between when it was asked and when it was answered. Session by session, since no act touches two.
 *
 * @param options.onDecided - Told of each session whether there were few enough orders to try.
 */
export function authorityLinearizable(
  options: Pick<SeaTime, 'trueMs' | 'driftPpmMax'> & {
    readonly leaseTtlMs: number;
    readonly onDecided: (isDecided: boolean) => void;
  },
): Oracle<Fact> {
  const calls = new Map<string, Call>();
  const sessions = new Map<string, Call[]>();
  const object = authorityObject(shortestMs(options.leaseTtlMs, options.driftPpmMax));
  /** How often each thing is on record. */
  const recorded = new Map<string, number>();
  let place = 0;
  return {
    id: 'authority-linearizable',
    onFact(fact) {
      const name = recordName(fact);
      if (name !== undefined) recorded.set(name, (recorded.get(name) ?? 0) + 1);
      else if (fact.kind === 'authority.asked') {
        place += 1;
        const call: Call = { asked: fact, askedAt: place, askedMs: options.trueMs(), answer: undefined };
        calls.set(fact.call, call);
        const ofSession = sessions.get(fact.session) ?? [];
        sessions.set(fact.session, ofSession);
        ofSession.push(call);
      } else if (fact.kind === 'authority.answered') {
        const call = calls.get(fact.call);
        calls.delete(fact.call);
        if (call === undefined) return;
        place += 1;
        call.answer = { fact, at: place, ms: options.trueMs() };
      }
    },
    atQuiescence(check) {
      for (const [session, history] of sessions) {
        const possible = history.filter(
          ({ asked, answer }) => answer !== undefined || mayCount(asked, recorded),
        );
        const all = [...possible, ...again(possible, recorded)];
        const found = linearize(object, all.map(historyCall), stepsMax);
        options.onDecided(found.kind !== 'inconclusive');
        if (found.kind === 'inconclusive') continue;
        check(found.kind === 'linearizable', session, () =>
          found.kind === 'impossible' ? describe(found.call) : '',
        );
      }
    },
  };
}

/** What a record says was done; undefined when nothing that may be asked for and never told. */
function recordName(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'log.capability-issued':
      return `claim ${fact.session} ${fact.owner} ${fact.policy} ${fact.request}`;
    case 'log.capability-invalidated':
      return fact.reason === 'ownership released' ? `release ${tenureName(fact)}` : undefined;
    case 'log.session-ended':
      return fact.reason.startsWith('session closed') ? `close ${tenureName(fact)}` : undefined;
    case 'log.receipt':
      if (fact.standing === 'issued') return `begin_transfer ${tenureName(fact)} ${fact.toOwner}`;
      return fact.standing === 'rolled_back'
        ? `rollback_transfer ${tenureName(fact)} ${fact.claim}`
        : undefined;
    case 'log.admitted':
      return `admit ${fact.operation}`;
    case 'log.settled':
      return `settle ${fact.operation} ${fact.payload}`;
    default:
      return undefined;
  }
}

/** The same of what was asked; undefined when it leaves no record that tells it from all else. */
function askedName(asked: Asked): string | undefined {
  const { act, session, owner, subject, terms } = asked;
  switch (act) {
    case 'claim':
      return `claim ${session} ${owner} ${terms}`;
    case 'release':
    case 'close':
      return `${act} ${tenureName(asked)}`;
    case 'begin_transfer':
      return `begin_transfer ${tenureName(asked)} ${terms}`;
    case 'rollback_transfer':
      return `rollback_transfer ${tenureName(asked)} ${subject}`;
    case 'admit':
      return `admit ${subject}`;
    case 'settle':
      return `settle ${subject} ${terms}`;
    default:
      return undefined;
  }
}

function tenureName({ session, owner, generation }: Pick<Asked, 'session' | 'owner' | 'generation'>): string {
  return `${session} ${owner} ${generation}`;
}

/** Whether a call that nobody was told of may explain anything. What left no record was not done, and there are many of those. */
function mayCount(asked: Asked, recorded: ReadonlyMap<string, number>): boolean {
  const name = askedName(asked);
  // A renewal that nobody was told of makes a lease longer, and nobody needs it to be; readiness binds nobody else.
  return name === undefined ? asked.act === 'commit_transfer' : recorded.has(name);
}

/** Granted again, with no further record, however often it is asked for. */
const isIdempotent: ReadonlySet<Asked['act']> = new Set(['claim', 'admit', 'settle']);

/**
 * What was carried out once more, by a message that came late or twice, also after it was refused: nothing fences it off in its own generation, and
 * whoever asked is not told. An asker has to bear that (see `requests/ask.ts`), and what it leads to is judged as any call that nobody was told
 * of.
 */
function again(history: readonly Call[], recorded: ReadonlyMap<string, number>): readonly Call[] {
  const byName = new Map<string, Call[]>();
  for (const call of history) {
    const name = askedName(call.asked);
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), call]);
  }
  return [...byName].flatMap(([name, calls]) => {
    const untold = calls.filter(({ answer }) => answer === undefined).length;
    const granted = calls.filter(({ answer }) => answer?.fact.answer === 'granted').length;
    const [first] = calls;
    if (first === undefined) return [];
    const told = isIdempotent.has(first.asked.act) ? Math.min(1, granted) : granted;
    const extra = Math.max(0, (recorded.get(name) ?? 0) - untold - told);
    return Array.from({ length: extra }, (): Call => ({ ...first, answer: undefined }));
  });
}

function historyCall(call: Call): HistoryCall<AuthorityRequest, AuthorityResponse> {
  const { asked, askedAt, askedMs, answer } = call;
  return {
    request: { ...asked, askedMs, answeredMs: answer?.ms ?? Infinity },
    askedAt,
    answer: answer === undefined ? undefined : { at: answer.at, response: answer.fact },
  };
}

function describe({ request, answer }: HistoryCall<AuthorityRequest, AuthorityResponse>): string {
  const { act, owner, generation, subject, askedMs, answeredMs } = request;
  const { answer: told = '', generation: given = -1, subject: about = '' } = answer?.response ?? {};
  const asked = `${act} of ${owner} in ${generation} about "${subject}", asked at ${askedMs}`;
  return `${asked}, was answered at ${answeredMs} with ${told} ${given} "${about}": no order of calls explains that`;
}
