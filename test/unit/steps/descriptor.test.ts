import { expect, test } from 'vitest';
import {
  AmbiguityPolicyRequired,
  atLeastOnce,
  exactlyOnceGuarded,
  idempotent,
} from '../../../src/steps/descriptor.js';
import { ambiguityPolicies, effectClasses, guardedSubclasses } from '../../../src/steps/effect.js';
import { idempotencyKey, stepFingerprint } from '../../../src/steps/fingerprint.js';
import { framed } from '../../../src/steps/framing.js';
import { key } from './harness.js';

test('classes, subclasses and policies have stable names', () => {
  expect(effectClasses).toEqual(['idempotent', 'at_least_once', 'exactly_once_guarded']);
  expect(guardedSubclasses).toEqual([
    'cost_bearing_or_boundary_idempotent',
    'destructive',
    'security_relevant',
    'money_moving',
    'custom',
  ]);
  expect(ambiguityPolicies).toEqual(['skip', 'fail', 'rerun']);
});

test('a cost-bearing step has a default policy: skip', () => {
  const { effect } = exactlyOnceGuarded('act', 'cost_bearing_or_boundary_idempotent', undefined, null);
  expect(effect.onAmbiguous).toBe('skip');
});

test.each(guardedSubclasses.filter((subclass) => subclass !== 'cost_bearing_or_boundary_idempotent'))(
  'a %s step needs an explicit policy',
  (subclass) => {
    const build = () => exactlyOnceGuarded('act', subclass, undefined, null);
    expect(build).toThrow(AmbiguityPolicyRequired);
    expect(build).toThrow(`step act is ${subclass} and needs a policy: skip, fail or rerun`);
  },
);

test('an explicit policy is taken, whatever the subclass', () => {
  for (const subclass of guardedSubclasses) {
    for (const policy of ambiguityPolicies) {
      expect(exactlyOnceGuarded('act', subclass, policy, null).effect).toEqual({
        effectClass: 'exactly_once_guarded',
        subclass,
        onAmbiguous: policy,
      });
    }
  }
});

test('steps that are not guarded have no policy', () => {
  expect(idempotent('act', null).effect).toEqual({ effectClass: 'idempotent' });
  expect(atLeastOnce('act', null).effect).toEqual({ effectClass: 'at_least_once' });
});

test('Z21: an input that cannot be journaled is refused at construction, before anything acts', () => {
  expect(() => idempotent('act', '\ud800')).toThrow('input of step act is not data');
  expect(() => idempotent('act', new Uint8Array(1_048_576))).toThrow(
    'input of step act has more than 1048576 bytes',
  );
  expect(idempotent('act', new Uint8Array(1_048_571)).input).toHaveLength(1_048_576);
});

test.each(['', 'a/b', 'a#0', 'a[0]', 'ä', 'a b', 'x'.repeat(65)])('%j is no name of a step', (name) => {
  expect(() => idempotent(name, null)).toThrow(expect.objectContaining({ code: 'STEPS_INVALID_NAME' }));
});

const variants = [
  idempotent('act', 1),
  idempotent('act', 2),
  idempotent('act', '1'),
  idempotent('ac', 't1'),
  idempotent('act2', 1),
  atLeastOnce('act', 1),
  exactlyOnceGuarded('act', 'custom', 'fail', 1),
];

test('M2, J1: the fingerprint tells name, class, subclass, policy and input apart, and not the order of keys', () => {
  const guarded = [
    ...variants,
    exactlyOnceGuarded('act', 'custom', 'rerun', 1),
    exactlyOnceGuarded('act', 'destructive', 'fail', 1),
  ];
  expect(new Set(guarded.map(stepFingerprint)).size).toBe(guarded.length);
  expect(stepFingerprint(idempotent('act', { a: 1, b: 2 }))).toBe(
    stepFingerprint(idempotent('act', { b: 2, a: 1 })),
  );
});

test('K1: the idempotency key tells execution, step, class and input apart, and depends on nothing else', () => {
  const at = (execution: string, step: string) =>
    variants.map((descriptor) => idempotencyKey(execution, key(step), descriptor));
  const keys = [
    ...at('one', 'act#0'),
    ...at('two', 'act#0'),
    ...at('one', 'act#1'),
    ...at('one', 'w#0[1]/act#0'),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(idempotencyKey('one', key('act#0'), exactlyOnceGuarded('act', 'custom', 'fail', 1))).toBe(
    idempotencyKey('one', key('act#0'), exactlyOnceGuarded('act', 'custom', 'rerun', 1)),
  );
  expect(idempotencyKey('one', key('act#0'), idempotent('act', 1))).toBe(
    'a4c1894b908b96f90fd9524695aff861efb309983dda86a0d17552df8d4abb9f',
  );
});

test('framing is injective: where a part ends is part of the bytes', () => {
  const texts = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc']].map((parts) =>
    Buffer.from(framed(parts)).toString('hex'),
  );
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts[2]).toBe('03000000616263');
});

test.each(['', 'a', 'a#', 'a#0/b', 'a#0[1]', 'a#0/b#0', `${'a#0[0]/'.repeat(200)}a#0`])(
  '%j is no step key',
  (text) => {
    expect(() => key(text)).toThrow(expect.objectContaining({ code: 'STEPS_INVALID_KEY' }));
  },
);
