import { expect, test } from 'vitest';
import { authorityLinearizable } from '../../../sim/oracles/authority-linearizable.js';
import type { Fact } from '../../../sim/oracles/facts.js';
import { describeOracle } from './describe-oracle.js';
import { answered, asked, at, issued, receipt, sessionEnded, timed, ttlMs } from './fleet-facts.js';
import { judge } from './judge.js';

const decided: boolean[] = [];
const linearizable = () =>
  timed((trueMs) =>
    authorityLinearizable({
      trueMs,
      leaseTtlMs: ttlMs,
      driftPpmMax: 0,
      onDecided: (each) => decided.push(each),
    }),
  );

const one = { owner: 'worker-1#1' };
const two = { owner: 'worker-2#1' };
type More = Parameters<typeof asked>[2];
type Answer = Parameters<typeof answered>[1];
/** Asked, and answered before anything else. */
const call = (
  name: string,
  act: Parameters<typeof asked>[1],
  more: More = {},
  answer: Answer = {},
): readonly Fact[] => [asked(name, act, more), answered(name, answer)];
/** A claim of the generation that it is answered with, of the first one when it is refused. */
const claim = (name: string, owner: { readonly owner: string }, answer: Answer): readonly Fact[] => {
  const generation = answer?.generation ?? 0;
  return call(name, 'claim', { ...owner, generation, terms: `claimable ${name}` }, answer);
};
const refused = (code: string): Answer => ({ answer: code });
const taken = refused('OWNERSHIP_ALREADY_CLAIMED');
const spent = refused('OWNERSHIP_CLAIM_SPENT');
const fencedOff = refused('OWNERSHIP_FENCED');
const admit = call('admit', 'admit', { subject: 'o', terms: 't' });
const settle = (name: string, terms: string, subject = terms, more: More = {}): readonly Fact[] =>
  call(name, 'settle', { subject: 'o', terms, ...more }, { subject });

const pending = refused('OWNERSHIP_TRANSFER_PENDING');
const closed = refused('OWNERSHIP_TERMINAL');
const closeRefused = [
  ...claim('a', one, { generation: 0 }),
  ...call('b', 'begin_transfer', { terms: 'worker-2#1' }, { subject: '1' }),
  ...call('c', 'close', {}, pending),
  ...call('r', 'rollback_transfer', { subject: '1' }),
];

describeOracle(linearizable, {
  holds: [
    [
      'a claim, and one that comes too late',
      [...claim('a', one, { generation: 0 }), ...claim('b', two, taken)],
    ],
    [
      'two claims at once, in whichever order they are answered',
      [
        asked('a', 'claim', { ...one, terms: 'claimable a' }),
        asked('b', 'claim', { ...two, terms: 'claimable b' }),
        answered('a', taken),
        answered('b', { generation: 0 }),
      ],
    ],
    [
      'a claim that nobody was told of, and its repetition',
      [
        asked('a', 'claim', { ...one, terms: 'claimable r' }),
        issued(0),
        ...claim('b', two, taken),
        ...call('c', 'claim', { ...one, terms: 'claimable r' }, { generation: 0 }),
      ],
    ],
    [
      'a claim that was refused, and is carried out by a message that comes late',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'claim', { ...two, generation: 1, terms: 'claimable r' }, taken),
        ...call('c', 'release'),
        issued(1, 'worker-2#1'),
        ...claim('d', one, taken),
      ],
    ],
    [
      'a close that was refused, and is carried out by a message that comes late: transfer-race 702067',
      [
        ...closeRefused,
        sessionEnded(0, 'worker-1#1', 0, 'session closed by `worker-1#1`'),
        ...claim('d', two, closed),
      ],
    ],
    [
      'an offer that was refused, and is carried out by a message that comes late',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'begin_transfer', { terms: 'worker-2#1' }, pending),
        receipt(1, 'issued'),
        ...call('c', 'commit_transfer', { ...two, subject: '1' }, { generation: 1 }),
      ],
    ],
    [
      'a takeover when the lease can have ended',
      [
        at(0, asked('a', 'claim', { terms: 'claimable a' })),
        answered('a', { generation: 0 }),
        at(100, asked('b', 'claim', { ...two, generation: 1, terms: 'claimable b' })),
        answered('b', { generation: 1 }),
        ...call('c', 'renew', {}, fencedOff),
      ],
    ],
    [
      'a commit, asked for twice',
      [...claim('a', one, { generation: 0 }), ...admit, ...settle('s', 'x'), ...settle('t', 'y', 'x')],
    ],
    [
      'a transfer',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'begin_transfer', { terms: 'worker-2#1' }, { subject: '1' }),
        ...call('c', 'admit', { subject: 'o' }, refused('OWNERSHIP_TRANSFER_PENDING')),
        ...call('d', 'commit_transfer', { ...two, subject: '1' }, { generation: 1 }),
        ...call('e', 'renew', {}, fencedOff),
        ...call('f', 'renew', { ...two, generation: 1 }),
      ],
    ],
    [
      'an offer that is taken twice, and whose lease runs from the first time, which nobody was told of',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'begin_transfer', { terms: 'worker-2#1' }, { subject: '1' }),
        at(10, asked('c', 'commit_transfer', { ...two, subject: '1' })),
        at(90, asked('d', 'commit_transfer', { ...two, subject: '1' })),
        at(111, answered('d', { generation: 1 })),
        ...claim('e', one, spent),
      ],
    ],
    [
      'an offer that is taken twice at once, and granted twice',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'begin_transfer', { terms: 'worker-2#1' }, { subject: '1' }),
        asked('c', 'commit_transfer', { ...two, subject: '1' }),
        asked('d', 'commit_transfer', { ...two, subject: '1' }),
        answered('d', { generation: 1 }),
        answered('c', { generation: 1 }),
      ],
    ],
    [
      'a transfer that is taken back',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'begin_transfer', { terms: 'worker-2#1' }, { subject: '1' }),
        ...call('c', 'rollback_transfer', { subject: '1' }),
        ...call('d', 'commit_transfer', { ...two, subject: '1' }, refused('OWNERSHIP_TRANSFER_NOT_PENDING')),
        ...admit,
      ],
    ],
    [
      'a release, and the next owner',
      [...claim('a', one, { generation: 0 }), ...call('b', 'release'), ...claim('c', two, { generation: 1 })],
    ],
    [
      'a claim that comes once more when its tenure is over',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'release'),
        ...call('c', 'claim', { ...one, terms: 'claimable a' }, spent),
        ...claim('d', two, { generation: 1 }),
        ...call('e', 'claim', { ...one, terms: 'claimable a' }, taken),
      ],
    ],
    [
      'a claim that was granted, and refused when it was asked for again after its lease',
      [
        asked('a', 'claim', { ...one, terms: 'claimable a' }),
        at(1, asked('b', 'claim', { ...two, terms: 'claimable b' })),
        answered('b', taken),
        at(200, answered('a', spent)),
        ...claim('c', two, { generation: 1 }),
      ],
    ],
    [
      'a session that is closed',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'close'),
        ...claim('c', two, refused('OWNERSHIP_TERMINAL')),
      ],
    ],
    [
      'an owner that was lost, and a session that fails closed',
      [
        ...call('a', 'claim', { terms: 'fail_closed a' }, { generation: 0 }),
        at(200, asked('b', 'claim', { ...two, terms: 'fail_closed b' })),
        answered('b', refused('OWNERSHIP_TERMINAL')),
      ],
    ],
    [
      'refusals that are about something else',
      [
        ...claim('a', one, refused('OWNERSHIP_LIMIT_REACHED')),
        ...claim('b', one, { generation: 0 }),
        ...call('c', 'admit', { subject: 'o' }, refused('LEDGER_CONFLICT')),
      ],
    ],
    [
      'a release that was done, and is fenced when it is asked again after the next owner came',
      [
        ...claim('a', one, { generation: 0 }),
        asked('b', 'release'),
        ...call('c', 'claim', { ...two, generation: 1, terms: 'claimable c' }, { generation: 1 }),
        answered('b', fencedOff),
      ],
    ],
    [
      'a release that was done, and whose answer got lost',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'release', {}, refused('OWNERSHIP_UNCLAIMED')),
        ...claim('c', two, { generation: 1 }),
      ],
    ],
  ],
  broken: [
    [
      'a claim that was spent, and gives another generation',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'release'),
        ...call('c', 'claim', { ...one, terms: 'claimable a' }, { generation: 1 }),
      ],
    ],
    ['a claim of the first generation that is spent', claim('a', one, spent)],
    [
      'a claim of the next generation that is spent',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'release'),
        ...call('c', 'claim', { ...two, generation: 1 }, spent),
      ],
    ],
    [
      'a claim that is spent while the session is held',
      [...claim('a', one, { generation: 0 }), ...claim('b', two, spent)],
    ],
    [
      'a receipt that was rolled back, and is granted after another one',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'begin_transfer', { terms: 'worker-2#1' }, { subject: '1' }),
        ...call('c', 'rollback_transfer', { subject: '1' }),
        ...call('d', 'begin_transfer', { terms: 'worker-2#1' }, { subject: '2' }),
        ...call('e', 'commit_transfer', { ...two, subject: '2' }, { generation: 1 }),
        ...call('f', 'commit_transfer', { ...two, subject: '1' }, { generation: 1 }),
      ],
    ],
    ['a session that has ended, though its close was refused', [...closeRefused, ...claim('d', two, closed)]],
    ['two owners', [...claim('a', one, { generation: 0 }), ...claim('b', two, { generation: 1 })]],
    [
      'O1: a generation again',
      [...claim('a', one, { generation: 0 }), ...call('b', 'release'), ...claim('c', two, { generation: 0 })],
    ],
    [
      'a renewal after the takeover',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'release'),
        ...claim('c', two, { generation: 1 }),
        ...call('d', 'renew'),
      ],
    ],
    [
      'a commit of a former owner',
      [...claim('a', one, { generation: 0 }), ...admit, ...call('b', 'release'), ...settle('s', 'x')],
    ],
    [
      'two commits that both stand',
      [...claim('a', one, { generation: 0 }), ...admit, ...settle('s', 'x'), ...settle('t', 'y')],
    ],
    ['a commit of what nobody admitted', [...claim('a', one, { generation: 0 }), ...settle('s', 'x')]],
    [
      'a refusal of a session that is free',
      [...claim('a', one, { generation: 0 }), ...call('b', 'release'), ...claim('c', two, taken)],
    ],
    [
      'a refusal of a renewal in time',
      [...claim('a', one, { generation: 0 }), ...call('b', 'renew', {}, refused('OWNERSHIP_UNCLAIMED'))],
    ],
    [
      'fenced off without a successor',
      [...claim('a', one, { generation: 0 }), at(200, asked('b', 'renew')), answered('b', fencedOff)],
    ],
    [
      'an offer that is taken again when its lease has ended, and lives on from then',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'begin_transfer', { terms: 'worker-2#1' }, { subject: '1' }),
        ...call('c', 'commit_transfer', { ...two, subject: '1' }, { generation: 1 }),
        at(100, asked('d', 'claim', { ...one, generation: 2, terms: 'claimable d' })),
        answered('d', { generation: 2 }),
        ...call('e', 'commit_transfer', { ...two, subject: '1' }, { generation: 1 }),
      ],
    ],
    [
      'an act while an offer is open',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'begin_transfer', { terms: 'worker-2#1' }, { subject: '1' }),
        at(1, asked('c', 'commit_transfer', { ...two, subject: '2' })),
        answered('c', { generation: 1 }),
      ],
    ],
    [
      'a transfer to somebody else',
      [
        ...claim('a', one, { generation: 0 }),
        ...call('b', 'begin_transfer', { terms: 'worker-3#1' }, { subject: '1' }),
        ...call('c', 'commit_transfer', { ...two, subject: '1' }, { generation: 1 }),
      ],
    ],
    [
      'a claim of what is closed',
      [...claim('a', one, { generation: 0 }), ...call('b', 'close'), ...claim('c', two, { generation: 1 })],
    ],
    [
      'an operation with two inputs',
      [...claim('a', one, { generation: 0 }), ...admit, ...call('b', 'admit', { subject: 'o', terms: 'u' })],
    ],
    [
      'a takeover of what fails closed',
      [
        ...call('a', 'claim', { terms: 'fail_closed a' }, { generation: 0 }),
        at(200, asked('b', 'claim', { ...two, generation: 1, terms: 'fail_closed b' })),
        answered('b', { generation: 1 }),
      ],
    ],
  ],
});

test('authority-linearizable says when it has not decided', async () => {
  decided.length = 0;
  const lost = Array.from({ length: 30 }, (_, index) => [
    asked(`lost-${index}`, 'begin_transfer', { terms: `worker-${index}#1` }),
    receipt(index, 'issued', 0, `worker-${index}#1`),
  ]).flat();
  const held = claim('a', one, { generation: 0 });
  const late = [...held, ...lost, at(1000, asked('r', 'renew', two)), answered('r')];
  const { checks, violation } = await judge(linearizable(), late);
  expect({ checks, violation, decided }).toEqual({ checks: 0, violation: undefined, decided: [false] });
});
