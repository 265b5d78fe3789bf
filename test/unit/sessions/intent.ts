import * as fc from 'fast-check';
import type { SessionsCommand } from '../../../src/sessions/command.js';
import { end, type LocalType, receive, recur, recursion, send } from '../../../src/sessions/local-type.js';
import { OpenPlan } from '../../../src/sessions/open-plan.js';

/** What sessions are opened with: talk that goes on, a ring, two questions at once, and two that do not fit. */
export const protocols: readonly Readonly<Record<string, LocalType>>[] = [
  {
    a: recursion('x', send('b', { k: recur('x'), l: receive('b', { k: recur('x') }), m: end })),
    b: recursion('x', receive('a', { k: recur('x'), l: send('a', { k: recur('x') }), m: end })),
  },
  {
    a: recursion('x', send('b', { k: receive('c', { k: recur('x') }), m: end })),
    b: recursion('x', receive('a', { k: send('c', { k: recur('x') }), m: end })),
    c: recursion('x', receive('b', { k: send('a', { k: recur('x') }) })),
  },
  {
    a: recursion(
      'x',
      send('b', { k: send('b', { k: receive('b', { l: receive('b', { l: recur('x') }) }) }) }),
    ),
    b: recursion(
      'x',
      receive('a', { k: send('a', { l: receive('a', { k: send('a', { l: recur('x') }) }) }) }),
    ),
  },
  { a: send('b', { k: end, l: send('c', { m: end }) }), b: receive('a', { k: end }), c: end },
];

const plans = protocols.map((types) => OpenPlan.of(types));

const rareKinds = [
  'open',
  'open',
  'bind_default_handler',
  'bind_edge_handler',
  'record_trace',
  'drain',
  'drain',
  'close',
  'cancel',
  'fault',
  'reap',
] as const;

/** What somebody is about to ask, before it is known which sessions there are. */
export interface Intent {
  readonly kind: 'send' | 'receive' | (typeof rareKinds)[number];
  /** Which session is meant, counted from the latest; and which one the edge is of. */
  readonly age: number;
  readonly edgeAge: number;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly guard: string;
  readonly request: string;
  readonly protocol: number;
  readonly stepMs: number;
}

export const arbitraryIntent: fc.Arbitrary<Intent> = fc.record({
  kind: fc.oneof(
    { weight: 9, arbitrary: fc.constant('send') },
    { weight: 9, arbitrary: fc.constant('receive') },
    { weight: rareKinds.length, arbitrary: fc.constantFrom(...rareKinds) },
  ),
  age: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 3),
  edgeAge: fc.constantFrom(0, 0, 0, 1),
  from: fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c'),
  to: fc.constantFrom('b', 'b', 'b', 'a', 'a', 'c'),
  label: fc.constantFrom('k', 'k', 'k', 'l', 'l', 'm'),
  guard: fc.constantFrom('s', 's', 's', 's', 't'),
  request: fc.constantFrom('p', 'q', 'r', 'u', 'v', 'w'),
  protocol: fc.nat(protocols.length - 1),
  stepMs: fc.constantFrom(-5, 0, 10),
});

export function commandOf(intent: Intent, nextSid: number, latestMs: number): SessionsCommand {
  const { kind, from, to, label, guard: sessionId, request: requestId, protocol } = intent;
  const atMs = Math.max(0, latestMs + intent.stepMs);
  const sid = Math.max(0, nextSid - 1 - intent.age);
  const edge = { sid: Math.max(0, sid - intent.edgeAge), from, to };
  switch (kind) {
    case 'open': {
      const plan = plans[protocol];
      if (plan === undefined) throw new Error(`no protocol ${protocol}`);
      return { kind, requestId, sessionId, plan, atMs };
    }
    case 'send':
      return { kind, sid, from, to, label, payload: Uint8Array.of(latestMs % 256), atMs };
    case 'receive':
      return { kind, sid, from, to, atMs };
    case 'bind_default_handler':
      return { kind, sid, sessionId, handler: requestId, atMs };
    case 'bind_edge_handler':
      return { kind, sid, sessionId, edge, handler: requestId, atMs };
    case 'record_trace':
      return { kind, sid, sessionId, edge, trace: [requestId, label], atMs };
    case 'drain':
    case 'close':
    case 'cancel':
      return { kind, sid, sessionId, atMs };
    case 'fault':
      return { kind, sid, sessionId, reason: requestId, atMs };
    case 'reap':
      return { kind, sessionId: sessionId === 't' ? sessionId : null, atMs };
  }
}
