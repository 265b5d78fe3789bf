import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../src/codec/cbor.js';
import { silentProbe } from '../src/runtime/probe.js';
import { assertCoherent } from '../src/sessions/coherence.js';
import { Conversation } from '../src/sessions/conversation.js';
import { type Action, EndpointType } from '../src/sessions/endpoint-type.js';
import { decodeEndpointType, encodeEndpointType } from '../src/sessions/endpoint-type-codec.js';
import { dualOf, end, type LocalType, receive, recur, recursion, send } from '../src/sessions/local-type.js';
import { after, options } from '../test/unit/sessions/unfold.js';

/** A type of `a`, whose only partner is `b`; guarded, since what a name binds begins with a step. */
function typeOf(depth: number, names: readonly string[]): fc.Arbitrary<LocalType> {
  const leaves = [fc.constant(end), ...names.map((name) => fc.constant(recur(name)))];
  if (depth === 0) return fc.oneof(...leaves);
  const name = `x${depth}`;
  const bound = stepOf(depth, [...names, name]).map((body) => recursion(name, body));
  return fc.oneof(...leaves, stepOf(depth, names), stepOf(depth, names), bound, bound);
}

function stepOf(depth: number, names: readonly string[]): fc.Arbitrary<LocalType> {
  const branches = fc.dictionary(fc.constantFrom('k', 'l', 'm'), typeOf(depth - 1, names), {
    minKeys: 1,
    noNullPrototype: true,
  });
  return fc
    .tuple(fc.boolean(), branches)
    .map(([isSend, chosen]) => (isSend ? send('b', chosen) : receive('b', chosen)));
}

const types = typeOf(4, []);
const choices = fc.infiniteStream(fc.nat(2 ** 20));

function sides(type: EndpointType, other: EndpointType): ReadonlyMap<string, EndpointType> {
  return new Map([
    ['a', type],
    ['b', other],
  ]);
}

const textOf = ({ direction, partner, label }: Action): string => `${direction} ${partner} ${label}`;

test('a type lets a role do what it does by the book, and nothing else, wherever it leads', () => {
  let steps = 0;
  fc.assert(
    fc.property(types, choices, (type, chosen) => {
      const endpoint = EndpointType.of(type);
      let byTheBook = type;
      let state = 0;
      for (let step = 0; step < 20; step += 1) {
        const allowed = endpoint.allowed(state);
        assert.deepEqual(allowed.map(textOf).toSorted(), options(byTheBook).toSorted());
        assert.equal(endpoint.isEnd(state), allowed.length === 0);
        const action = allowed[chosen.next().value % Math.max(1, allowed.length)];
        if (action === undefined) return;
        for (const wrong of [
          { ...action, label: 'z' },
          { ...action, partner: 'z' },
        ]) {
          assert(!endpoint.allows(state, wrong));
        }
        const advance = endpoint.advance(state, action);
        const next = after(byTheBook, textOf(action));
        assert(advance.kind === 'advanced' && next !== undefined);
        [state, byTheBook] = [advance.state, next];
        steps += 1;
      }
    }),
    { numRuns: 400 },
  );
  expect(steps).toBeGreaterThan(1000);
});

test('a type and its dual are never stuck, and each point that they can get to matches', () => {
  fc.assert(
    fc.property(types, (type) => {
      const dual = dualOf(type, 'a');
      assert.deepEqual(dualOf(dual, 'b'), type);
      assertCoherent(sides(EndpointType.of(type), EndpointType.of(dual)));
    }),
    { numRuns: 500 },
  );
});

test('a partner that cannot take one of the messages that may come does not fit, and that is found', () => {
  let found = 0;
  fc.assert(
    fc.property(types, fc.nat(), (type, which) => {
      const one = EndpointType.of(type);
      const { states } = EndpointType.of(dualOf(type, 'a'));
      const receiving = [...states.entries()].filter(([, state]) => state.kind === 'receive');
      const [place = -1, state] = receiving[which % Math.max(1, receiving.length)] ?? [];
      if (state?.kind !== 'receive') return;
      const branches = new Map(
        [...state.branches].map(([label, next], at) => [at === 0 ? 'z' : label, next]),
      );
      const lacking = new EndpointType(states.with(place, { ...state, branches }));
      assert.throws(() => assertCoherent(sides(one, lacking)), { code: 'SESSION_INCOHERENT_PROTOCOL' });
      found += 1;
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(200);
});

test('two conversations of dual types take whatever the other sends, in whichever order messages travel', () => {
  fc.assert(
    fc.property(types, choices, (type, chosen) => {
      const talkers = [
        {
          self: new Conversation('c', 'a', EndpointType.of(type), silentProbe),
          other: 'b',
          inbox: new Array<string>(),
        },
        {
          self: new Conversation('c', 'b', EndpointType.of(dualOf(type, 'a')), silentProbe),
          other: 'a',
          inbox: new Array<string>(),
        },
      ] as const;
      for (let step = 0; step < 40; step += 1) {
        const able = talkers.filter(
          ({ self, inbox }) => self.allowed[0]?.direction === 'send' || inbox.length > 0,
        );
        const talker = able[chosen.next().value % Math.max(1, able.length)];
        if (talker === undefined) {
          assert(talkers.every(({ self, inbox }) => self.isOver && inbox.length === 0));
          return;
        }
        const { self, other, inbox } = talker;
        const { allowed } = self;
        if (allowed[0]?.direction === 'send') {
          const label = allowed[chosen.next().value % allowed.length]?.label ?? '';
          assert.equal(self.send(other, label).kind, 'advanced');
          talkers.find((each) => each !== talker)?.inbox.push(label);
        } else assert.equal(self.take(other, inbox.shift() ?? '').kind, 'advanced');
      }
    }),
    { numRuns: 500 },
  );
});

test('a type is the same after it was written down', () => {
  fc.assert(
    fc.property(types, (type) => {
      const endpoint = EndpointType.of(type);
      assert.deepEqual(decodeEndpointType(decode(encode(encodeEndpointType(endpoint))), 'type'), endpoint);
    }),
  );
});
