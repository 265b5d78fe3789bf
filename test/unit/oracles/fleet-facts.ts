import type { Oracle } from '../../../sim/kernel/oracle.js';
import type { Fact } from '../../../sim/oracles/facts.js';
import type { AuthorityAct } from '../../../sim/oracles/fleet-facts.js';

/** Facts of a fleet, about one session unless it is said otherwise. */
type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

const node = 'authority';
const session = 's';
export const ttlMs = 100;

export const issued = (
  generation: number,
  owner = 'worker-1#1',
  more: Partial<Of<'log.capability-issued'>> = {},
): Fact => {
  const lease = { issuedAtMs: more.atMs ?? 0, ttlMs, policy: 'claimable', request: 'r', atMs: 0 } as const;
  return { kind: 'log.capability-issued', node, session, owner, generation, scope: '*', ...lease, ...more };
};
export const invalidated = (generation: number, owner = 'worker-1#1', atMs = 0): Fact => {
  return { kind: 'log.capability-invalidated', node, session, owner, generation, reason: 'released', atMs };
};
export const used = (generation: number, owner = 'worker-1#1', atMs = 0): Fact => {
  return { kind: 'log.capability-used', node, session, owner, generation, act: 'settle', atMs };
};
export const renewed = (
  generation: number,
  issuedAtMs: number,
  atMs = issuedAtMs,
  owner = 'worker-1#1',
): Fact => {
  return { kind: 'log.lease-renewed', node, session, owner, generation, issuedAtMs, ttlMs, atMs };
};
export const expired = (generation: number, owner = 'worker-1#1', atMs = ttlMs): Fact => {
  return { kind: 'log.lease-expired', node, session, owner, generation, atMs };
};
export const sessionEnded = (
  generation: number,
  owner = 'worker-1#1',
  atMs = ttlMs,
  reason = 'owner died',
): Fact => {
  return { kind: 'log.session-ended', node, session, owner, generation, reason, atMs };
};
export const denied = (act: string, owner: string, code: string, atMs = 0): Fact => {
  return { kind: 'log.denied', node, act, session, owner, code, atMs };
};
export const readiness = (
  witness: number,
  standing: 'issued' | 'consumed' | 'invalidated',
  more: Partial<Of<'log.readiness'>> = {},
): Fact => {
  const of = { session, owner: 'worker-1#1', generation: 0, terms: 't', atMs: 0 } as const;
  return { kind: 'log.readiness', node, ...of, standing, witness, ...more };
};
export const receipt = (
  claim: number,
  standing: Of<'log.receipt'>['standing'],
  atMs = 0,
  toOwner = 'worker-2#1',
): Fact => {
  const to = { claim, toOwner, toGeneration: 1, expiresAtMs: 0, atMs } as const;
  return { kind: 'log.receipt', node, session, owner: 'worker-1#1', generation: 0, standing, ...to };
};
export const audited = (throughSeq: number): Fact => ({ kind: 'log.audit-archived', node, throughSeq });
export const admitted = (operation: string, terms = 't'): Fact => {
  return { kind: 'log.admitted', node, operation, session, terms };
};
export const settled = (
  operation: string,
  generation: number,
  outcome = 'finalized',
  payload = 'p',
): Fact => {
  return { kind: 'log.settled', node, operation, session, generation, outcome, payload };
};

export const opened = (worker: string, incarnation = 1): Fact => {
  return { kind: 'node.opened', node: worker, incarnation };
};
export const leased = (worker: string, generation: number, untilMs = ttlMs): Fact => {
  return { kind: 'worker.lease', node: worker, session, generation, untilMs };
};
export const acts = (worker: string, generation: number): Fact => {
  return { kind: 'worker.acts', node: worker, session, generation, act: 'settle' };
};
export const begins = (worker: string): Fact => {
  return { kind: 'effect.begun', node: worker, operation: 'o', step: 'charge#0' };
};
export const lost = (worker: string, generation: number): Fact => {
  return { kind: 'worker.lost', node: worker, session, generation, reason: 'expired' };
};

export const asked = (call: string, act: AuthorityAct, more: Partial<Of<'authority.asked'>> = {}): Fact => {
  const of = { session, owner: 'worker-1#1', generation: 0, subject: '', terms: '' } as const;
  return { kind: 'authority.asked', node: 'worker-1', call, act, ...of, ...more };
};
export const answered = (call: string, more: Partial<Of<'authority.answered'>> = {}): Fact => {
  const of = { answer: 'granted', generation: -1, subject: '' } as const;
  return { kind: 'authority.answered', node: 'worker-1', call, ...of, ...more };
};

const times = new WeakMap<Fact, number>();

/** The fact, at that true time. Those without a time are of the one before. */
export function at(trueMs: number, fact: Fact): Fact {
  times.set(fact, trueMs);
  return fact;
}

/** An oracle that looks at the true time. */
export function timed(make: (trueMs: () => number) => Oracle<Fact>): Oracle<Fact> {
  let nowMs = 0;
  const oracle = make(() => nowMs);
  return {
    id: oracle.id,
    onFact(fact, check) {
      nowMs = times.get(fact) ?? nowMs;
      oracle.onFact(fact, check);
    },
    atQuiescence: (check) => oracle.atQuiescence?.(check),
  };
}
