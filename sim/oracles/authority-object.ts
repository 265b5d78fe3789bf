import type { AuthorityAct } from './fleet-facts.js';
import type { SequentialObject } from './linearize.js';

/** What is asked of the authority about one session. See `authority.asked`. */
export interface AuthorityRequest {
  readonly act: AuthorityAct;
  readonly owner: string;
  /** Of a claim: the one that it asks for. */
  readonly generation: number;
  readonly subject: string;
  readonly terms: string;
  readonly askedMs: number;
  /** Infinity when it was never answered. */
  readonly answeredMs: number;
}

export interface AuthorityResponse {
  readonly answer: string;
  readonly generation: number;
  readonly subject: string;
}

/** One session at the authority, if it did one thing after the other. */
export interface SessionState {
  readonly generation: number;
  /** '' when nobody holds it. */
  readonly owner: string;
  /** Of the claim or the offer by which the owner came: its policy first. */
  readonly claim: string;
  /** The lease ends not before this. */
  readonly leaseMs: number;
  /** The offer that is open, as `id target`; the id is '?' when nobody was told. */
  readonly offer: string;
  readonly hasEnded: boolean;
  /** By operation: what was admitted, and how it was settled. */
  readonly admitted: ReadonlyMap<string, string>;
  readonly settled: ReadonlyMap<string, string>;
}

/** What may be lost after it was done and is then asked again: its second answer is a refusal. So is that of a claim, after its lease. */
const onceOnly: ReadonlySet<AuthorityAct> = new Set([
  'release',
  'close',
  'begin_transfer',
  'commit_transfer',
  'rollback_transfer',
  'consume_readiness',
]);

const initial: SessionState = {
  generation: -1,
  owner: '',
  claim: '',
  leaseMs: 0,
  offer: '',
  hasEnded: false,
  admitted: new Map(),
  settled: new Map(),
};

/**
 * One session at the authority: who holds it, in which generation, and what was settled for it. That leases and offers end by themselves may
 * happen at any moment from when it can: a lease is good for `leaseMs` of true time at least.
 */
export function authorityObject(
  leaseMs: number,
): SequentialObject<SessionState, AuthorityRequest, AuthorityResponse> {
  return {
    initial,
    key: keyOf,
    after: (state, request, response) => {
      const now = answered(state, request, response, leaseMs);
      // What has ended by itself can as well end later, unless this answer tells of it.
      const isDecided = response.answer === 'granted' || !onceOnly.has(request.act);
      if (now.length > 0 && isDecided) return now;
      const later = inTime(state, request).flatMap((each) => answered(each, request, response, leaseMs));
      return [...now, ...later];
    },
    afterUntold: (state, request) => {
      return [state, ...inTime(state, request)].flatMap((each) => {
        const next = granted(each, request, leaseMs);
        return next === undefined || next === each ? [] : [next];
      });
    },
  };
}

/** What the session may have become by itself. */
function inTime(state: SessionState, { answeredMs }: AuthorityRequest): readonly SessionState[] {
  const states: SessionState[] = [];
  if (state.offer !== '') states.push({ ...state, offer: '' });
  if (state.owner !== '' && answeredMs >= state.leaseMs) {
    const isOver = state.claim.startsWith('fail_closed ');
    states.push({ ...state, owner: '', offer: '', hasEnded: isOver });
  }
  return states;
}

function answered(
  state: SessionState,
  request: AuthorityRequest,
  response: AuthorityResponse,
  leaseMs: number,
): readonly SessionState[] {
  const next = granted(state, request, leaseMs);
  if (response.answer !== 'granted') {
    if (response.answer === 'OWNERSHIP_FENCED' && request.generation >= state.generation) {
      // Unless it was done, and asked again when a later generation was there.
      return next !== undefined && onceOnly.has(request.act) ? [next] : [];
    }
    if (mayAlwaysRefuse(response.answer)) return [state];
    if (request.act === 'claim') {
      if (next === undefined) return response.answer === whyNot(state) ? [state] : [];
      return request.answeredMs >= next.leaseMs ? [next] : [];
    }
    if (next === undefined) return [state];
    return onceOnly.has(request.act) ? [next] : [];
  }
  if (next === undefined) return [];
  switch (request.act) {
    case 'claim':
    case 'commit_transfer':
      return next.generation === response.generation ? [next] : [];
    case 'begin_transfer':
      return [{ ...next, offer: `${response.subject} ${request.terms}` }];
    case 'settle':
      return next.settled.get(request.subject) === response.subject ? [next] : [];
    default:
      return [next];
  }
}

/** Why a claim is refused that is not granted. */
function whyNot({ hasEnded, owner }: SessionState): string {
  if (hasEnded) return 'OWNERSHIP_TERMINAL';
  return owner === '' ? 'OWNERSHIP_CLAIM_SPENT' : 'OWNERSHIP_ALREADY_CLAIMED';
}

/** Refusals that are about something else than this session, or about room. */
function mayAlwaysRefuse(code: string): boolean {
  return !code.startsWith('OWNERSHIP_') || code.startsWith('OWNERSHIP_LIMIT');
}

/** The state after the request was granted; undefined when it cannot be. The very state when that changes nothing. */
function granted(state: SessionState, request: AuthorityRequest, leaseMs: number): SessionState | undefined {
  const { act, owner, generation, subject, terms, askedMs } = request;
  if (state.hasEnded) return undefined;
  if (act === 'claim') {
    const isSame = state.owner === owner && state.claim === terms && state.generation === generation;
    if (state.owner !== '') return isSame ? state : undefined;
    // Each generation is given once, whoever claims it how often.
    if (generation !== state.generation + 1) return undefined;
    return { ...state, generation, owner, claim: terms, leaseMs: askedMs + leaseMs };
  }
  if (act === 'commit_transfer') {
    const claim = `${state.claim.split(' ')[0] ?? ''} offer ${subject}`;
    const isTaken = state.owner === owner && state.claim === claim && state.generation === generation + 1;
    if (isTaken) return state;
    const isOffered = state.offer === `${subject} ${owner}` || state.offer === `? ${owner}`;
    if (state.owner === '' || !isOffered || generation !== state.generation) return undefined;
    const next = { generation: state.generation + 1, owner, claim, leaseMs: askedMs + leaseMs, offer: '' };
    return { ...state, ...next };
  }
  if (state.owner !== owner || state.generation !== generation) return undefined;
  switch (act) {
    case 'renew': {
      const untilMs = Math.max(state.leaseMs, askedMs + leaseMs);
      return untilMs === state.leaseMs ? state : { ...state, leaseMs: untilMs };
    }
    case 'rollback_transfer':
      return state.offer.startsWith(`${subject} `) || state.offer.startsWith('? ')
        ? { ...state, offer: '' }
        : undefined;
    default:
      return state.offer === '' ? acted(state, act, subject, terms) : undefined;
  }
}

function acted(
  state: SessionState,
  act: AuthorityAct,
  subject: string,
  terms: string,
): SessionState | undefined {
  switch (act) {
    case 'release':
      return { ...state, owner: '' };
    case 'close':
      return { ...state, owner: '', hasEnded: true };
    case 'begin_transfer':
      return { ...state, offer: `? ${terms}` };
    case 'admit': {
      const before = state.admitted.get(subject);
      if (before !== undefined) return before === terms ? state : undefined;
      return { ...state, admitted: new Map(state.admitted).set(subject, terms) };
    }
    case 'settle':
      if (!state.admitted.has(subject)) return undefined;
      if (state.settled.has(subject)) return state;
      return { ...state, settled: new Map(state.settled).set(subject, terms) };
    default:
      return state;
  }
}

function keyOf({
  generation,
  owner,
  claim,
  leaseMs,
  offer,
  hasEnded,
  admitted,
  settled,
}: SessionState): string {
  const place = `${generation}|${owner}|${claim}|${leaseMs}|${offer}|${hasEnded}`;
  return `${place}|${listed(admitted)}|${listed(settled)}`;
}

/** Maps are never changed in place, and written down once. */
const texts = new WeakMap<ReadonlyMap<string, string>, string>();

function listed(map: ReadonlyMap<string, string>): string {
  const known = texts.get(map);
  if (known !== undefined) return known;
  const text = [...map]
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
  texts.set(map, text);
  return text;
}
