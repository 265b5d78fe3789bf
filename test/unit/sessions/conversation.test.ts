import { describe, expect, test } from 'vitest';
import { type Probe, type ProbeFields, silentProbe } from '../../../src/runtime/probe.js';
import { assertCoherent } from '../../../src/sessions/coherence.js';
import { Conversation } from '../../../src/sessions/conversation.js';
import { EndpointType } from '../../../src/sessions/endpoint-type.js';
import { end, type LocalType, receive, recur, recursion, send } from '../../../src/sessions/local-type.js';
import { transferProtocol } from '../../../src/sessions/transfer-protocol.js';
import { witnessProtocol } from '../../../src/sessions/witness-protocol.js';

function listening(): { readonly probe: Probe; readonly events: (readonly [string, ProbeFields])[] } {
  const events: (readonly [string, ProbeFields])[] = [];
  return { events, probe: { ...silentProbe, event: (kind, fields) => void events.push([kind, fields]) } };
}

describe('a witness round', () => {
  test.each(['given', 'refused'])('is asked, %s, and over', (answer) => {
    const { probe, events } = listening();
    const owner = new Conversation('round-1', 'owner', witnessProtocol.owner, probe);
    const participant = new Conversation('round-1', 'participant', witnessProtocol.participant, probe);
    expect(owner.send('participant', 'witness').kind).toBe('advanced');
    expect(participant.take('owner', 'witness').kind).toBe('advanced');
    expect(participant.send('owner', answer).kind).toBe('advanced');
    expect([owner.isOver, participant.isOver]).toEqual([false, true]);
    expect(owner.take('participant', answer).kind).toBe('advanced');
    expect(owner.isOver).toBe(true);
    expect(events).toEqual([
      ['session.took', { conversation: 'round-1', role: 'participant', label: 'witness' }],
      ['session.took', { conversation: 'round-1', role: 'owner', label: answer }],
    ]);
  });

  test('refuses an answer that nobody asked for, a second one, and one of another label, and stays where it was', () => {
    const { probe, events } = listening();
    const owner = new Conversation('round-1', 'owner', witnessProtocol.owner, probe);
    expect(owner.take('participant', 'given').kind).toBe('refused');
    owner.send('participant', 'witness');
    expect(owner.take('participant', 'perhaps')).toMatchObject({
      kind: 'refused',
      refusal: { code: 'SESSION_OUT_OF_PROTOCOL', allowed: owner.allowed },
    });
    expect(owner.take('participant', 'given').kind).toBe('advanced');
    expect(owner.take('participant', 'given').kind).toBe('refused');
    expect(events.map(([kind, fields]) => `${kind} ${fields['label']}`)).toEqual([
      'session.refused given',
      'session.refused perhaps',
      'session.took given',
      'session.refused given',
    ]);
    expect(events.at(-1)?.[1]).toEqual({
      conversation: 'round-1',
      role: 'owner',
      label: 'given',
      reason: 'receive `given` from `participant` is out of protocol; allowed: nothing, it has ended',
    });
  });
});

describe('a transfer', () => {
  const sides = (): readonly [Conversation, Conversation] => [
    new Conversation('offer-7', 'source', transferProtocol.source, silentProbe),
    new Conversation('offer-7', 'target', transferProtocol.target, silentProbe),
  ];

  test('is offered, and settled', () => {
    const [source, target] = sides();
    expect(source.send('target', 'offer').kind).toBe('advanced');
    expect(target.take('source', 'offer').kind).toBe('advanced');
    expect(target.send('source', 'settled').kind).toBe('advanced');
    expect(source.take('target', 'settled').kind).toBe('advanced');
    expect(source.isOver && target.isOver).toBe(true);
  });

  test('is not settled before it was offered', () => {
    const [, target] = sides();
    expect(target.send('source', 'settled').kind).toBe('refused');
  });
});

describe('sides that do not fit are found', () => {
  const sides = (types: Record<string, LocalType>): ReadonlyMap<string, EndpointType> =>
    new Map(Object.entries(types).map(([role, type]) => [role, EndpointType.of(type)]));

  test.each<[string, Record<string, LocalType>]>([
    ['stuck', { a: receive('b', { go: end }), b: receive('a', { go: end }) }],
    ['stuck', { a: send('b', { go: end }), b: end }],
    ['stuck', { a: send('b', { go: receive('b', { on: end }) }), b: receive('a', { go: end }) }],
    [
      'receive `stop` from `a` is out of protocol',
      { a: send('b', { go: end, stop: end }), b: receive('a', { go: end }) },
    ],
    ['`a` knows no `c`', { a: send('c', { go: end }), b: end }],
    ['`a` knows no `a`', { a: send('a', { go: end }) }],
  ])('%s', (reason, types) => {
    expect(() => assertCoherent(sides(types))).toThrowError(reason);
  });

  test('and those that do are not, also when both speak at once', () => {
    const speak = (to: string): LocalType =>
      recursion('x', send(to, { go: receive(to, { go: recur('x') }) }));
    expect(() => assertCoherent(sides({ a: speak('b'), b: speak('a') }))).not.toThrow();
  });
});
