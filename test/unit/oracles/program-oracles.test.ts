import { describe, expect, test } from 'vitest';
import type { Oracle } from '../../../sim/kernel/oracle.js';
import { divergenceIsTold } from '../../../sim/oracles/divergence-is-told.js';
import { durableBeforeVisible } from '../../../sim/oracles/durable-before-visible.js';
import { exactlyOnceEffect } from '../../../sim/oracles/exactly-once-effect.js';
import type { Fact } from '../../../sim/oracles/facts.js';
import { inDoubtIsAudited } from '../../../sim/oracles/in-doubt-is-audited.js';
import { nothingLeaks } from '../../../sim/oracles/nothing-leaks.js';
import { oneKeyOneInput } from '../../../sim/oracles/one-key-one-input.js';
import { promiseIsKept } from '../../../sim/oracles/promise-is-kept.js';
import { timerKeepsDue } from '../../../sim/oracles/timer-keeps-due.js';
import { judge } from './judge.js';

const node = 'node';
const operation = 'op';
type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

let run = 0;
const began = (text = 'v1'): Fact => {
  run += 1;
  return { kind: 'program.began', node, operation, run, text };
};
const called = (step: string, terms = step, scope = ''): Fact => {
  return { kind: 'program.called', node, operation, run, scope, step, terms };
};
const forked = (step: string, branches: number, scope = ''): Fact => {
  return { kind: 'program.forked', node, operation, run, scope, step, branches };
};
const left = (scope = ''): Fact => ({ kind: 'program.left', node, operation, run, scope });
const halted = (): Fact => ({ kind: 'program.halted', node, operation, run, code: 'HALT' });
const answered = (step: string, answer = 'yes'): Fact => {
  return { kind: 'step.answered', node, operation, step, answer };
};
const requested = (step: string, deed = step, guarded = true): Fact => {
  return { kind: 'effect.requested', node, operation, run, step, deed, guarded };
};
const queried = (step: string): Fact => ({ kind: 'effect.queried', node, operation, step });
const applied = (step: string, more: Partial<Of<'effect.applied'>> = {}): Fact => {
  return { kind: 'effect.applied', node, operation, step, key: step, guarded: true, dedup: false, ...more };
};
const step = (
  name: string,
  standing: Of<'log.step'>['standing'],
  more: Partial<Of<'log.step'>> = {},
): Fact => {
  return { kind: 'log.step', node, operation, step: name, standing, policy: '', dueMs: 0, ...more };
};
const settled = (name: string): Fact => step(name, 'settled');
const intent = (name: string, policy: string): Fact => step(name, 'intent', { policy });
const intended = (name: string): Fact => ({ kind: 'log.intent', node, operation, step: name });
const audit = (name: string, policy: string, window = 1): Fact => {
  return { kind: 'log.audit', node, operation, step: name, policy, window };
};
const diverged: Fact = { kind: 'log.diverged', node, operation, step: 'x' };
const cancelling = (reason = 'drawn'): Fact => ({ kind: 'log.cancelling', node, operation, reason });
const ended = (outcome: string): Fact => ({ kind: 'log.ended', node, operation, outcome, seq: 1 });
const timer = (name: string, dueMs: number, of = operation): Fact => {
  return { kind: 'log.step', node, operation: of, step: name, standing: 'timer', policy: '', dueMs };
};
const fired = (name: string, firedMs: number, nowMs = firedMs): Fact => {
  return { kind: 'log.timer-fired', node, operation, step: name, firedMs, nowMs };
};
const set = (id: number, wakeMs: number, nowMs = 0): Fact => {
  return { kind: 'timer.set', node, timer: id, nowMs, wakeMs };
};
const gone = (id: number): Fact => ({ kind: 'timer.gone', node, timer: id });
const opened: Fact = { kind: 'node.opened', node, incarnation: 2 };
const closed = (handles: number): Fact => ({ kind: 'node.closed', node, handles });
const handed = (token: string): Fact => ({ kind: 'token.handed', node, operation, step: 'ask', token });
const offered = (token: string, value: string): Fact => {
  return { kind: 'client.offered', node: 'client', operation, step: 'ask', token, value };
};
const resolved = (token: string, value: string, answer: string): Fact => {
  return { kind: 'client.resolved', node: 'client', operation, step: 'ask', token, value, answer };
};
const promised = step('ask', 'promise');
const logged = (value: string): Fact => ({ kind: 'log.resolved', node, operation, step: 'ask', value });

/** A first program that has journaled steps, in this order. */
const journaled = (...steps: readonly string[]): readonly Fact[] => {
  return [began(), ...steps.flatMap((name) => [called(name), settled(name), answered(name)])];
};

interface Voyages {
  readonly oracle: () => Oracle<Fact>;
  readonly holds: readonly (readonly [string, () => readonly Fact[]])[];
  readonly broken: readonly (readonly [string, () => readonly Fact[]])[];
}

const divergence: Voyages = {
  oracle: divergenceIsTold,
  holds: [
    [
      'the same program again',
      () => [...journaled('a'), began(), called('a'), answered('a'), called('b'), requested('b')],
    ],
    [
      'new steps behind the journal',
      () => [...journaled('a'), began('v2'), called('a'), called('b'), answered('b')],
    ],
    [
      'a mismatch that is told, recorded and ends',
      () => [
        ...journaled('a', 'b'),
        began('v2'),
        called('b'),
        diverged,
        halted(),
        called('c'),
        ended('failed'),
      ],
    ],
    [
      'a mismatch of an operation that is cancelled',
      () => [...journaled('a'), began('v2'), called('b'), ended('cancelled')],
    ],
    [
      'a mismatch that a crash cut off',
      () => [...journaled('a'), began('v2'), called('b'), began(), called('a'), answered('a')],
    ],
    [
      'a branch that ends late',
      () => [
        began(),
        forked('f#0', 2),
        called('f#0[1]/b#0', 'b', 'f#0[1]/'),
        settled('f#0[1]/b#0'),
        began(),
        forked('f#0', 2),
        left('f#0[0]/'),
        called('f#0[1]/b#0', 'b', 'f#0[1]/'),
        left('f#0[1]/'),
        left(),
      ],
    ],
    [
      'what another branch has begun before anybody was told',
      () => [
        began(),
        forked('f#0', 2),
        called('f#0[0]/a#0', 'a', 'f#0[0]/'),
        settled('f#0[0]/a#0'),
        began('v2'),
        forked('f#0', 2),
        called('f#0[0]/x#0', 'x', 'f#0[0]/'),
        called('f#0[1]/b#0', 'b', 'f#0[1]/'),
        requested('f#0[1]/b#0'),
        halted(),
        diverged,
      ],
    ],
    [
      'a withdrawn intent is not journaled',
      () => [
        began(),
        called('a'),
        intent('a', 'skip'),
        step('a', 'withdrawn'),
        began('v2'),
        called('b'),
        answered('b'),
      ],
    ],
  ],
  broken: [
    [
      'an answer to a step in the place of another',
      () => [...journaled('a', 'b'), began('v2'), called('b'), answered('b')],
    ],
    [
      'an answer to a step on other terms',
      () => [...journaled('a'), began('v2'), called('a', 'other'), answered('a')],
    ],
    [
      'an effect of a run that does not match',
      () => [...journaled('a'), began('v2'), called('b'), requested('b')],
    ],
    [
      'an effect after the divergence is on the disk',
      () => [...journaled('a'), called('b'), diverged, requested('b')],
    ],
    ['an end as if nothing had happened', () => [...journaled('a'), began('v2'), left(), ended('completed')]],
    [
      'a mismatch that nobody is told of until somebody loses patience',
      () => [...journaled('a'), began('v2'), left(), cancelling('out of patience')],
    ],
    ['a mismatch that is never told', () => [...journaled('a'), began('v2'), left()]],
    [
      'a scope that is inserted',
      () => [
        ...journaled('a', 'b'),
        began('v2'),
        called('a'),
        forked('f#0', 1),
        called('f#0[0]/x#0', 'x', 'f#0[0]/'),
        answered('f#0[0]/x#0'),
      ],
    ],
    [
      'a branch that is gone',
      () => [
        began(),
        forked('f#0', 2),
        called('f#0[1]/b#0', 'b', 'f#0[1]/'),
        settled('f#0[1]/b#0'),
        began('v2'),
        forked('f#0', 1),
        left('f#0[0]/'),
        called('c'),
        answered('c'),
      ],
    ],
    [
      'a scope that has no branches any more',
      () => [
        began(),
        forked('f#0', 1),
        called('f#0[0]/b#0', 'b', 'f#0[0]/'),
        settled('f#0[0]/b#0'),
        began('v2'),
        forked('f#0', 0),
      ],
    ],
    ['a divergence where there is none', () => [...journaled('a'), began(), called('a'), diverged]],
    [
      'a program that has not changed, and comes with something else',
      () => [...journaled('a'), began(), called('b'), diverged],
    ],
    ['a run after its divergence', () => [...journaled('a'), began('v2'), called('b'), diverged, began()]],
    ['a run that is over and acts', () => [began(), called('a'), { ...requested('a'), run: run - 1 }]],
    [
      'what is committed done again under another name',
      () => [
        began(),
        called('a'),
        requested('a', 'deed'),
        intent('a', 'skip'),
        settled('a'),
        called('b'),
        requested('b', 'deed'),
      ],
    ],
  ],
};

const effects: readonly Voyages[] = [
  {
    oracle: inDoubtIsAudited,
    holds: [
      ['no doubt', () => [began(), intent('a', 'fail'), applied('a'), settled('a')]],
      [
        'audited, then settled in the life after',
        () => [began(), intent('a', 'fail'), began(), audit('a', 'fail'), began(), settled('a')],
      ],
      [
        'audited, and run again',
        () => [
          began(),
          intent('a', 'rerun'),
          applied('a'),
          began(),
          audit('a', 'rerun'),
          applied('a'),
          settled('a'),
        ],
      ],
      [
        'audited, and asked for',
        () => [began(), intent('a', 'skip'), began(), audit('a', 'skip'), queried('a'), settled('a')],
      ],
      [
        'given up, since it was cancelled',
        () => [began(), intent('a', 'rerun'), cancelling(), audit('a', 'fail'), settled('a')],
      ],
      [
        'at least once',
        () => [applied('a', { guarded: false }), applied('a', { guarded: false })].concat(audit('b', '')),
      ],
    ],
    broken: [
      ['an outcome without an audit record', () => [began(), intent('a', 'fail'), began(), settled('a')]],
      [
        'a window that is resolved twice',
        () => [began(), intent('a', 'fail'), audit('a', 'fail'), audit('a', 'fail')],
      ],
      ['another policy than was recorded', () => [began(), intent('a', 'fail'), audit('a', 'rerun')]],
      ['a rerun that is given up for no reason', () => [began(), intent('a', 'rerun'), audit('a', 'fail')]],
      ['a question before the audit record', () => [began(), intent('a', 'skip'), queried('a')]],
      ['a second application', () => [began(), intent('a', 'skip'), applied('a'), applied('a')]],
    ],
  },
  {
    oracle: exactlyOnceEffect,
    holds: [
      ['once', () => [applied('a', { dedup: true }), { kind: 'program.ended', node, operation, step: 'a' }]],
      ['again, where that was the policy', () => [intent('a', 'rerun'), applied('a'), applied('a')]],
      [
        'another program, another step of that name',
        () => [
          began(),
          applied('a', { guarded: false, dedup: true }),
          began('v2'),
          applied('a', { guarded: false, dedup: true }),
        ],
      ],
    ],
    broken: [
      [
        'twice at a provider that knows keys',
        () => [applied('a', { dedup: true }), applied('a', { dedup: true })],
      ],
      ['twice, where the policy was not to', () => [intent('a', 'fail'), applied('a'), applied('a')]],
      ['never, and passed', () => [{ kind: 'program.ended', node, operation, step: 'a' }]],
    ],
  },
  {
    oracle: durableBeforeVisible,
    holds: [
      [
        'an effect behind its intent',
        () => [intended('a'), intent('a', 'rerun'), applied('a'), audit('a', 'rerun'), applied('a')],
      ],
    ],
    broken: [
      ['an effect before its intent', () => [applied('a')]],
      [
        'an effect that is tried again before that is on record',
        () => [intended('a'), intent('a', 'rerun'), applied('a'), applied('a')],
      ],
    ],
  },
  {
    oracle: oneKeyOneInput,
    holds: [
      ['one key', () => [applied('a'), applied('a')]],
      [
        'another program, another input of what was not journaled',
        () => [
          began(),
          applied('a', { guarded: false }),
          began('v2'),
          applied('a', { guarded: false, key: 'k' }),
        ],
      ],
    ],
    broken: [
      ['two keys', () => [applied('a'), applied('a', { key: 'k' })]],
      [
        'two keys of a guarded step of a program that has changed',
        () => [began(), applied('a'), began('v2'), applied('a', { key: 'k' })],
      ],
      ['one key for two', () => [applied('a'), applied('b', { key: 'a' })]],
    ],
  },
];

const waits: readonly Voyages[] = [
  {
    oracle: nothingLeaks,
    holds: [
      [
        'a timer that is gone before its operation',
        () => [set(1, 50), timer('t', 50), gone(1), ended('cancelled'), closed(0)],
      ],
      [
        'another one of the same moment',
        () => [set(1, 50), timer('t', 50), timer('u', 50, 'other'), ended('cancelled'), gone(1)],
      ],
      ['a crash takes all', () => [set(1, 50), timer('t', 50), opened, ended('cancelled')]],
      [
        'a timer that has fired',
        () => [set(1, 50), timer('t', 50), fired('t', 50), ended('completed'), gone(1)],
      ],
    ],
    broken: [
      [
        'a timer of an operation that has ended',
        () => [set(1, 50), timer('t', 50), ended('cancelled'), gone(1)],
      ],
      ['a timer of a node that has closed', () => [set(1, 50), closed(0)]],
      ['a file of a node that has closed', () => [closed(1)]],
      ['a timer that will never ring', () => [set(1, 50)]],
    ],
  },
  {
    oracle: () => timerKeepsDue([1000]),
    holds: [
      ['fired when due', () => [timer('t', 50), set(1, 50), fired('t', 50), answered('t')]],
      ['armed for a moment that is past, or patience', () => [set(1, 5, 10), set(2, 1010, 10)]],
    ],
    broken: [
      ['fired too early', () => [timer('t', 50), fired('t', 49)]],
      ['fired too early by the clock of the world', () => [timer('t', 50), fired('t', 50, 40)]],
      ['never armed, and fired', () => [fired('t', 50)]],
      ['armed twice', () => [timer('t', 50), timer('t', 60)]],
      ['waited for until another time', () => [timer('t', 50), set(1, 60)]],
      ['woken before it had fired', () => [timer('t', 50), answered('t')]],
    ],
  },
  {
    oracle: promiseIsKept,
    holds: [
      [
        'resolved once, told twice',
        () => [
          promised,
          handed('t'),
          offered('t', 'yes'),
          logged('yes'),
          resolved('t', 'yes', 'accepted'),
          answered('ask', 'yes'),
          resolved('t', 'no', 'STEPS_PROMISE_ALREADY_RESOLVED'),
          resolved('x', 'no', 'STEPS_PROMISE_TOKEN_REJECTED'),
        ],
      ],
    ],
    broken: [
      [
        'a token that was never handed out',
        () => [promised, logged('yes'), resolved('x', 'yes', 'accepted')],
      ],
      [
        'accepted before it is durable',
        () => [promised, handed('t'), offered('t', 'yes'), resolved('t', 'yes', 'accepted')],
      ],
      [
        'a good token rejected',
        () => [promised, handed('t'), resolved('t', 'yes', 'STEPS_PROMISE_TOKEN_REJECTED')],
      ],
      [
        'resolved before, it is said, and it was not',
        () => [handed('t'), resolved('t', 'yes', 'STEPS_PROMISE_ALREADY_RESOLVED')],
      ],
      ['resolved twice', () => [handed('t'), offered('t', 'yes'), logged('yes'), logged('yes')]],
      ['a value that nobody offered', () => [handed('t'), logged('yes')]],
      [
        'another value told',
        () => [promised, handed('t'), offered('t', 'yes'), logged('yes'), answered('ask', 'no')],
      ],
    ],
  },
];

describe.each([divergence, ...effects, ...waits].map((voyage) => ({ ...voyage, id: voyage.oracle().id })))(
  '$id',
  ({ oracle, holds, broken }) => {
    test.each(holds)('holds: %s', async (_case, facts) => {
      const { checks, violation } = await judge(oracle(), facts());
      expect(violation).toBeUndefined();
      expect(checks).toBeGreaterThan(0);
    });

    test.each(broken)('is broken by %s', async (_case, facts) => {
      expect((await judge(oracle(), facts())).violation).toBe(oracle().id);
    });
  },
);
