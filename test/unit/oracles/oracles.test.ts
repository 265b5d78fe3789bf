import { expect, test } from 'vitest';
import type { Oracle } from '../../../sim/kernel/oracle.js';
import { ackedDurable } from '../../../sim/oracles/acked-durable.js';
import { converges } from '../../../sim/oracles/converges.js';
import { durableBeforeVisible } from '../../../sim/oracles/durable-before-visible.js';
import type { Fact, Level } from '../../../sim/oracles/facts.js';
import { monotonicEscalation } from '../../../sim/oracles/monotonic-escalation.js';
import { noSilentCorruption } from '../../../sim/oracles/no-silent-corruption.js';
import { recoveredPrefix } from '../../../sim/oracles/recovered-prefix.js';
import { replayEquivalence } from '../../../sim/oracles/replay-equivalence.js';
import { terminalImmutable } from '../../../sim/oracles/terminal-immutable.js';
import { type Case, describeOracle } from './describe-oracle.js';
import { judge } from './judge.js';

const node = 'node';
const client = 'client';
const operation = 'op';

const escalation = (lsn: number, previous: Level, next: Level): Fact => {
  return { kind: 'log.escalation', node, lsn, operation, previous, next };
};
const finalization = (lsn: number, outcome: string): Fact => {
  return { kind: 'log.finalization', node, lsn, operation, outcome };
};
const gate = (lsn: number, level: Level): Fact => {
  return { kind: 'log.gate', node, lsn, operation, downstream: 'coro', level };
};
const told = (level: Level, outcome = ''): Fact => {
  return { kind: 'client.told', node: client, operation, level, outcome };
};
const passed = (level: Level): Fact => {
  return { kind: 'client.passed', node: client, operation, downstream: 'coro', level };
};
const toldEnd: readonly Fact[] = [
  { kind: 'log.ended', node, operation, outcome: 'completed', seq: 1 },
  { kind: 'client.ended', node: client, operation, outcome: 'completed' },
];
const looked = (status: string): Fact => ({ kind: 'client.looked', node: client, operation, status });
const promised = (lsn: number, digest = `d${lsn}`): Fact => ({ kind: 'disk.promised', node, lsn, digest });
const acked = (lsn: number, digest = `d${lsn}`): Fact => ({
  kind: 'client.acked',
  node: client,
  lsn,
  digest,
});
const ready = (lastLsn: number, more: Partial<Extract<Fact, { kind: 'node.ready' }>> = {}): Fact => {
  return {
    kind: 'node.ready',
    node,
    lastLsn,
    found: 's',
    expected: 's',
    promisedLsn: lastLsn,
    damages: 0,
    ...more,
  };
};
const refused = (more: Partial<Extract<Fact, { kind: 'node.refused' }>> = {}): Fact => {
  return {
    kind: 'node.refused',
    node,
    code: 'LOG_DAMAGED',
    located: true,
    excused: true,
    untouched: true,
    ...more,
  };
};
const folded = (expected: string, found: string): Fact => {
  return { kind: 'node.folded', node, way: 'live', lsn: 1, expected, found };
};
const asked: Fact = { kind: 'client.asked', node: client, request: 'r' };
const answered: Fact = { kind: 'client.answered', node: client, request: 'r', answer: 'answered' };

const voyages: readonly {
  readonly oracle: () => Oracle<Fact>;
  readonly holds: readonly Case[];
  readonly broken: readonly Case[];
}[] = [
  {
    oracle: monotonicEscalation,
    holds: [
      [
        'levels that climb, and a gate below',
        [
          escalation(1, 'none', 'provisional'),
          gate(2, 'provisional'),
          escalation(3, 'provisional', 'finalized'),
          finalization(4, 'finalized'),
        ],
      ],
    ],
    broken: [
      ['a level that falls', [escalation(1, 'none', 'soft_safe'), escalation(2, 'soft_safe', 'provisional')]],
      [
        'a step that starts elsewhere',
        [escalation(1, 'none', 'provisional'), escalation(2, 'soft_safe', 'finalized')],
      ],
      [
        'a step after the outcome',
        [
          escalation(1, 'none', 'provisional'),
          finalization(2, 'aborted'),
          escalation(3, 'provisional', 'soft_safe'),
        ],
      ],
      ['a gate above the level', [escalation(1, 'none', 'provisional'), gate(2, 'finalized')]],
    ],
  },
  {
    oracle: terminalImmutable,
    holds: [
      ['one outcome, told late', [told('none'), finalization(1, 'aborted'), told('provisional', 'aborted')]],
    ],
    broken: [
      ['two outcomes', [finalization(1, 'aborted'), finalization(2, 'finalized')]],
      ['another outcome told', [finalization(1, 'aborted'), told('none', 'finalized')]],
      [
        'an outcome told and then taken back',
        [finalization(1, 'aborted'), told('none', 'aborted'), told('none')],
      ],
    ],
  },
  {
    oracle: durableBeforeVisible,
    holds: [
      ['what has ended is shown so, or no longer held', [...toldEnd, looked('completed'), looked('')]],
      [
        'what is promised is told',
        [
          promised(1),
          acked(1),
          escalation(2, 'none', 'provisional'),
          told('provisional'),
          gate(3, 'provisional'),
          passed('provisional'),
          finalization(4, 'aborted'),
          told('none', 'aborted'),
        ],
      ],
    ],
    broken: [
      ['V3: what has ended is shown as running again', [...toldEnd, looked('running')]],
      ['an acknowledgement too early', [acked(1), promised(1)]],
      ['an acknowledgement of something else', [promised(1, 'x'), acked(1, 'y')]],
      ['a level too early', [told('provisional')]],
      ['an outcome too early', [told('none', 'finalized')]],
      ['a gate too early', [passed('none')]],
    ],
  },
  {
    oracle: ackedDurable,
    holds: [
      ['what was acked is there', [acked(3), ready(3)]],
      ['what a lying disk took is not owed', [acked(3), ready(1, { promisedLsn: 1, damages: 1 }), ready(1)]],
    ],
    broken: [['an acked record is gone', [acked(3), ready(2, { promisedLsn: 3 })]]],
  },
  {
    oracle: recoveredPrefix,
    holds: [['promised and served', [promised(1), promised(1), ready(1)]]],
    broken: [
      ['shorter than the last sync', [ready(1, { promisedLsn: 2 })]],
      ['another state than the records fold to', [ready(1, { found: 'x' })]],
      ['a promised record that was replaced', [promised(1, 'x'), promised(1, 'y')]],
    ],
  },
  {
    oracle: noSilentCorruption,
    holds: [
      ['a refusal with cause', [refused()]],
      ['a damaged disk served whole', [ready(1, { damages: 1 })]],
    ],
    broken: [
      ['a false alarm', [refused({ excused: false })]],
      ['a refusal that does not say where', [refused({ located: false })]],
      ['a refusal that changed the disk', [refused({ untouched: false })]],
      ['a damaged disk served with less', [ready(1, { damages: 1, promisedLsn: 2 })]],
      ['a damaged disk served wrongly', [ready(1, { damages: 1, found: 'x' })]],
      ['a record that nobody can read', [{ kind: 'disk.garbled', node, lsn: 1, reason: 'noise' }]],
    ],
  },
  {
    oracle: replayEquivalence,
    holds: [['two ways to one state', [folded('s', 's')]]],
    broken: [['two ways to two states', [folded('s', 't')]]],
  },
  {
    oracle: converges,
    holds: [
      ['all answered', [asked, answered]],
      ['a refusal with cause is an answer', [asked, refused()]],
    ],
    broken: [
      ['a question without an answer', [asked]],
      ['a refusal without cause is none', [asked, refused({ excused: false })]],
      ['a node that came back has to answer', [asked, refused(), ready(1)]],
    ],
  },
];

for (const { oracle, ...cases } of voyages) describeOracle(oracle, cases);

test('converges says which operations have not ended, and what was heard of them last', async () => {
  const registered: Fact = { kind: 'log.registered', node, operation, owner: 'o', terms: 't', hasRow: true };
  const intent: Fact = { kind: 'log.intent', node, operation, step: 'pay#0' };
  const { message } = await judge(converges(), [asked, registered, intent]);
  expect(message).toMatch(/1 requests were never answered.*; not ended: op \(last: log.intent pay#0\)/);
});
