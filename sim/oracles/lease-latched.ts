import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { type AuditedFact, isAudited, tenureName } from './tenures.js';

/** What the sea knows of time, and no node does. */
export interface SeaTime {
  /** The true time. */
  readonly trueMs: () => number;
  /** What the monotonic clock of a node shows in its present life. */
  readonly monotonicMs: (node: string) => number;
  /** Every clock gains or loses at most so many microseconds a second. */
  readonly driftPpmMax: number;
}

/** What is left of a span, measured by some clock, in true time, when that clock is as fast as it may be. */
export function shortestMs(spanMs: number, driftPpmMax: number): number {
  return spanMs - Math.ceil((spanMs * driftPpmMax) / 1_000_000);
}

/** The lease of one capability. */
interface Lease {
  readonly owner: string;
  readonly generation: number;
  /** By the time of the authority. */
  endsAtMs: number;
}

/**
 * A lease is expired at exactly issued + ttl by the authority's time, not before and not one decision after; never live again; and nobody else
 * is granted the session before. Its holder acts only until then, in true time, however far all clocks are off within their declared
 * bounds, and never by its own clock after what it holds.
 */
export function leaseLatched(time: SeaTime): Oracle<Fact> {
  const leases = new Map<string, Lease>();
  /** The end of what each node holds, by its own monotonic clock. */
  const held = new Map<string, number>();
  /** By session and generation: when it ends by the time of the authority, and when it has to be over in true time. Kept after its end. */
  const actsUntil = new Map<string, { readonly endsAtMs: number; readonly trueMs: number }>();
  /** The generation that each worker holds of a session, by both names; and the session of each operation that was to be admitted. */
  const holds = new Map<string, number>();
  const sessions = new Map<string, string>();
  /** Who the authority is, and the time of its latest record. */
  let authority = '';
  let latestMs = 0;
  let firstMs = -1;

  const judgeAct = (
    act: { node: string; session: string; generation: number; what: string },
    check: Check,
  ): void => {
    const { node, session, generation, what } = act;
    const name = tenureName(session, generation);
    const nowMs = time.monotonicMs(node);
    const untilMs = held.get(`${node}/${name}`) ?? 0;
    check(
      nowMs < untilMs,
      session,
      () => `${node} is about to ${what} in ${generation} at ${nowMs} by its clock, and may until ${untilMs}`,
    );
    const endMs = actsUntil.get(name)?.trueMs ?? 0;
    check(
      time.trueMs() < endMs,
      session,
      () => `${node} is about to ${what} in ${generation} at ${time.trueMs()}; its lease is over by ${endMs}`,
    );
  };

  const fromNow = (spanMs: number): number => time.trueMs() + shortestMs(spanMs, time.driftPpmMax);

  const judgeRecord = (fact: AuditedFact, check: Check): void => {
    const { session, atMs } = fact;
    authority = fact.node;
    latestMs = Math.max(latestMs, atMs);
    if (firstMs < 0) firstMs = atMs;
    const fastest = firstMs + time.trueMs() + Math.ceil((time.trueMs() * time.driftPpmMax) / 1_000_000);
    check(
      atMs <= fastest,
      session,
      () => `${fact.kind} at ${atMs}: that time has not come, at most ${fastest}`,
    );
    const lease = leases.get(session);
    if (fact.kind === 'log.lease-expired') {
      check(
        lease !== undefined && lease.generation === fact.generation && atMs >= lease.endsAtMs,
        session,
        () => `expired at ${atMs} in generation ${fact.generation}; ${describe(lease)}`,
      );
      leases.delete(session);
      return;
    }
    check(
      lease === undefined || atMs < lease.endsAtMs,
      session,
      () => `${fact.kind} at ${atMs}, and nobody has noticed the end: ${describe(lease)}`,
    );
    if (fact.kind === 'log.capability-invalidated') leases.delete(session);
    else if (fact.kind === 'log.capability-issued') {
      const { owner, generation, issuedAtMs, ttlMs } = fact;
      check(lease === undefined, session, () => `granted to ${owner} at ${atMs}; ${describe(lease)}`);
      check(issuedAtMs <= atMs, session, () => `a lease from ${issuedAtMs}, granted at ${atMs}`);
      const endsAtMs = issuedAtMs + ttlMs;
      leases.set(session, { owner, generation, endsAtMs });
      actsUntil.set(tenureName(session, generation), { endsAtMs, trueMs: fromNow(ttlMs) });
    } else if (fact.kind === 'log.lease-renewed') {
      const { owner, generation, issuedAtMs, ttlMs } = fact;
      const endsAtMs = issuedAtMs + ttlMs;
      check(lease?.generation === generation, session, () => {
        return `renewed by ${owner} in generation ${generation}; ${describe(lease)}`;
      });
      if (lease === undefined) return;
      check(endsAtMs >= lease.endsAtMs && issuedAtMs <= atMs, session, () => {
        return `renewed at ${atMs} from ${issuedAtMs} to ${endsAtMs}; ${describe(lease)}`;
      });
      lease.endsAtMs = endsAtMs;
      actsUntil.set(tenureName(session, generation), { endsAtMs, trueMs: fromNow(ttlMs) });
    }
  };

  return {
    id: 'lease-latched',
    onFact(fact, check) {
      if (isAudited(fact)) return judgeRecord(fact, check);
      switch (fact.kind) {
        case 'worker.lease': {
          const { node, session, generation, untilMs } = fact;
          held.set(`${node}/${tenureName(session, generation)}`, untilMs);
          holds.set(`${node}/${session}`, generation);
          return;
        }
        case 'worker.acts': {
          const { node, session, generation, act: what } = fact;
          judgeAct({ node, session, generation, what }, check);
          return;
        }
        case 'worker.lost':
          if (holds.get(`${fact.node}/${fact.session}`) === fact.generation)
            holds.delete(`${fact.node}/${fact.session}`);
          return;
        case 'authority.asked':
          if (fact.act === 'admit') sessions.set(fact.subject, fact.session);
          return;
        case 'effect.begun': {
          // By what it does, and not by what it says that it is about to do. What is done for nobody's session is not judged here.
          const { node, operation, step } = fact;
          const session = sessions.get(operation);
          if (session === undefined) return;
          const generation = holds.get(`${node}/${session}`);
          check(
            generation !== undefined,
            session,
            () => `${node} does ${step} of ${operation}, and does not hold it`,
          );
          if (generation !== undefined) judgeAct({ node, session, generation, what: `do ${step}` }, check);
          return;
        }
        case 'node.ready': {
          if (fact.node !== authority) return;
          // Its time goes on from its latest record, which may have been decided long before anybody was promised it.
          for (const [name, { endsAtMs, trueMs }] of actsUntil) {
            if (endsAtMs <= latestMs) continue;
            actsUntil.set(name, { endsAtMs, trueMs: Math.max(trueMs, fromNow(endsAtMs - latestMs)) });
          }
          return;
        }
        default:
      }
    },
  };
}

function describe(lease: Lease | undefined): string {
  if (lease === undefined) return 'there is no lease';
  return `the lease of ${lease.owner} in ${lease.generation} ends at ${lease.endsAtMs}`;
}
