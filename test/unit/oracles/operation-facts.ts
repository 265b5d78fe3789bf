import type { Fact } from '../../../sim/oracles/facts.js';
import type { OperationCallFact } from '../../../sim/oracles/operation-facts.js';

/** Facts about operations, with what does not matter filled in. */

type Call<Kind extends OperationCallFact['kind']> = Extract<OperationCallFact, { readonly kind: Kind }>;

const node = 'node';
const client = 'client';

export const registered = (
  operation: string,
  more: { owner?: string; hasRow?: boolean; terms?: string } = {},
): Fact => {
  return { kind: 'log.registered', node, operation, owner: 'session', terms: 't', hasRow: true, ...more };
};
export const started = (operation: string): Fact => {
  return { kind: 'log.phase', node, operation, phase: 'running' };
};
export const peered = (operation: string): Fact => ({ kind: 'log.peer', node, operation, peer: 'p' });
export const progressed = (operation: string): Fact => ({ kind: 'log.progress', node, operation });
export const ended = (operation: string, seq: number, outcome = 'completed'): Fact => {
  return { kind: 'log.ended', node, operation, outcome, seq };
};
export const rolledBack = (operation: string): Fact => ({ kind: 'log.rolled-back', node, operation });
export const evicted = (operation: string): Fact => ({ kind: 'log.evicted', node, operation });
export const forgotten = (operation: string): Fact => ({ kind: 'log.tombstone-dropped', node, operation });
export const terminated = (owner: string): Fact => ({ kind: 'log.owner-terminated', node, owner });
export const ownerForgotten = (owner: string): Fact => ({ kind: 'log.owner-forgotten', node, owner });
export const opened = (wait: string, members: string): Fact => {
  return { kind: 'log.wait-opened', node, wait, members };
};
export const satisfied = (wait: string, answers: string): Fact => {
  return { kind: 'log.wait-satisfied', node, wait, answers };
};
export const cancelled = (wait: string): Fact => ({ kind: 'log.wait-closed', node, wait, why: 'cancelled' });
export const acknowledged = (wait: string): Fact => {
  return { kind: 'log.wait-closed', node, wait, why: 'acknowledged' };
};
export const cursors = (applied: number, observed: number, injected: number): Fact => {
  return { kind: 'log.cursors', node, applied, observed, injected };
};

/** A call that has reached the machine: `r` is its name if no other is given. */
export const reached = (
  purpose: Call<'call.reached'>['purpose'],
  subject = '',
  { request = 'r', terms = '', activeMax = 0 } = {},
): Fact => ({ kind: 'call.reached', node: client, request, purpose, subject, terms, activeMax });
export const answered = (request = 'r', answer = 'answered'): Fact => {
  return { kind: 'client.answered', node: client, request, answer };
};
export const accepted = (subject: string, change: string): Fact => {
  return { kind: 'client.accepted', node: client, request: 'r', subject, change };
};
export const refused = (code: string, more: Partial<Call<'client.refused'>> = {}): Fact => {
  const none = { subject: '', status: '', active: 0 };
  return { kind: 'client.refused', node: client, request: 'r', code: `OPERATIONS_${code}`, ...none, ...more };
};
export const shown = (
  place: Call<'client.shown'>['place'],
  operation: string,
  seq: number,
  outcome = 'completed',
): Fact => ({ kind: 'client.shown', node: client, request: 'r', place, operation, outcome, seq });
export const watched = (operation: string, end: Call<'client.watched'>['end'], request = 'r'): Fact => {
  return { kind: 'client.watched', node: client, request, operation, end };
};
export const waited = (wait: string, end: Call<'client.waited'>['end'], answers = ''): Fact => {
  return { kind: 'client.waited', node: client, request: 'r', wait, end, answers };
};
export const listed = (active: number, listing: string): Fact => {
  return { kind: 'client.listed', node: client, request: 'r', active, listing };
};
export const saw = (operation: string, standing: string): Fact => {
  return { kind: 'client.saw', node: client, request: 'r', operation, standing };
};
export const page = (afterSeq: number, throughSeq: number, gapThrough = 0, limit = 3): Fact => {
  return { kind: 'client.page', node: client, request: 'r', afterSeq, limit, throughSeq, gapThrough };
};
export const advanced = (isAccepted: boolean, applied: number, observed = 0, injected = 0): Fact => {
  const places = { applied, observed, injected };
  return { kind: 'client.advanced', node: client, request: 'r', accepted: isAccepted, ...places };
};
export const cursorsSeen = (applied: number, observed: number, injected: number): Fact => {
  return { kind: 'client.cursors', node: client, request: 'r', applied, observed, injected };
};
export const ready: Fact = {
  kind: 'node.ready',
  node,
  lastLsn: 1,
  found: 's',
  expected: 's',
  promisedLsn: 1,
  damages: 0,
};
/** The machine refused its disk, with cause. */
export const refusedDisk: Fact = {
  kind: 'node.refused',
  node,
  code: 'LOG_DAMAGED',
  located: true,
  excused: true,
  untouched: true,
};
/** Any fact that is not of the log: what a sync has promised has all been told. */
export const later: Fact = { kind: 'client.asked', node: client, request: 'other' };

/** Registered, started, and ended with this completion seq. */
export const done = (operation: string, seq: number): readonly Fact[] => [
  registered(operation),
  started(operation),
  ended(operation, seq),
];
export const three = [...done('a', 1), ...done('b', 2), ...done('c', 3)];
export const slot = [registered('s', { hasRow: false }), ended('s', 1, 'retired')];
export const waiting = [registered('a'), started('a'), registered('b'), started('b'), opened('w', 'b a')];
export const asksForWait = reached('wait', 'w', { terms: 'b a' });
