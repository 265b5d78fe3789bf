import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../../src/codec/cbor.js';
import { type Action, EndpointType } from '../../../src/sessions/endpoint-type.js';
import { decodeEndpointType, encodeEndpointType } from '../../../src/sessions/endpoint-type-codec.js';
import { end, type LocalType, receive, recur, recursion, send } from '../../../src/sessions/local-type.js';

const sends = (partner: string, label: string): Action => ({ direction: 'send', partner, label });
const receives = (partner: string, label: string): Action => ({ direction: 'receive', partner, label });

/** Where a role stands after some steps; the refusal of the first that is out of protocol. */
function follow(type: EndpointType, ...actions: readonly Action[]): number | string {
  let state = 0;
  for (const action of actions) {
    const advance = type.advance(state, action);
    if (advance.kind === 'refused') return advance.refusal.message;
    state = advance.state;
  }
  return state;
}

const asking = recursion(
  'again',
  send('b', { ask: receive('b', { answer: recur('again'), full: end }), stop: end }),
);

describe('a local type', () => {
  test('begins with a step: what binds a name is none', () => {
    const type = EndpointType.of(recursion('outer', recursion('inner', asking)));
    expect(type.allowed(0)).toEqual([sends('b', 'ask'), sends('b', 'stop')]);
  });

  test('begins again where its name is bound, as often as one likes', () => {
    const type = EndpointType.of(asking);
    const round = [sends('b', 'ask'), receives('b', 'answer')];
    expect(follow(type, ...round, ...round, ...round)).toBe(0);
    const last = follow(type, ...round, sends('b', 'ask'), receives('b', 'full'));
    expect(last).not.toBe(0);
    expect(type.isEnd(Number(last))).toBe(true);
  });

  test('a name within a name begins the one that it says', () => {
    const type = EndpointType.of(
      recursion(
        'outer',
        send('b', { in: recursion('inner', send('c', { more: recur('inner'), out: recur('outer') })) }),
      ),
    );
    const inner = follow(type, sends('b', 'in'));
    expect(follow(type, sends('b', 'in'), sends('c', 'more'))).toBe(inner);
    expect(follow(type, sends('b', 'in'), sends('c', 'out'))).toBe(0);
  });

  test.each([
    ['another label', sends('b', 'shout')],
    ['another partner', sends('c', 'ask')],
    ['the other direction', receives('b', 'ask')],
  ])('%s is out of protocol, and what would not be is told', (_, action) => {
    const type = EndpointType.of(asking);
    expect(type.allows(0, action)).toBe(false);
    expect(type.advance(0, action)).toMatchObject({
      kind: 'refused',
      refusal: {
        code: 'SESSION_OUT_OF_PROTOCOL',
        attempted: action,
        allowed: [sends('b', 'ask'), sends('b', 'stop')],
      },
    });
  });

  test('after its end there is nothing', () => {
    const type = EndpointType.of(end);
    expect(type.advance(0, sends('b', 'ask'))).toMatchObject({ kind: 'refused', refusal: { allowed: [] } });
  });

  test.each<[string, LocalType]>([
    ['`x` begins again without a step', recursion('x', recur('x'))],
    ['`x` begins again without a step', recursion('x', recursion('y', recur('x')))],
    ['`x` is not bound', send('b', { go: recur('x') })],
    ['`x` is not bound', send('b', { go: recursion('x', send('b', { go: end })), on: recur('x') })],
    ['`x` is bound twice', recursion('x', send('b', { go: recursion('x', send('b', { go: recur('x') })) }))],
    ['a choice of 0 labels', receive('b', {})],
    ['partner of 0 code units', send('', { go: end })],
    ['label with half a character', send('b', { '\ud800': end })],
    [
      'a choice of 65 labels',
      send('b', Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`l${at}`, end]))),
    ],
    [
      'more than 256 states',
      Array.from({ length: 257 }).reduce<LocalType>((next) => send('b', { go: next }), end),
    ],
  ])('%s: refused', (reason, type) => {
    expect(() => EndpointType.of(type)).toThrowError(reason);
  });

  test('a name may be bound again where the other is over, and of two choices alike there is one order', () => {
    const go = recursion('x', send('b', { go: recur('x') }));
    expect(EndpointType.of(send('b', { one: go, two: go })).states).toHaveLength(3);
    expect(EndpointType.of(send('b', { two: end, one: go }))).toEqual(
      EndpointType.of(send('b', { one: go, two: end })),
    );
  });

  test('is the same after it was written down', () => {
    const type = EndpointType.of(asking);
    const bytes = encode(encodeEndpointType(type));
    expect(decodeEndpointType(decode(bytes), 'type')).toEqual(type);
    const lost = [{ kind: 'send', partner: 'b', branches: [['go', 1]] }];
    expect(() => decodeEndpointType(lost, 'type')).toThrowError('state 1 of 1');
    expect(() => decodeEndpointType([], 'type')).toThrowError('0 states');
  });
});
