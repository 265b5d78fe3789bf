import type { Fact } from '../../../sim/oracles/facts.js';
import { registryAccounts } from '../../../sim/oracles/registry-accounts.js';
import { describeOracle } from './describe-oracle.js';
import {
  accepted,
  done,
  ended,
  evicted,
  forgotten,
  later,
  listed,
  opened,
  peered,
  ownerForgotten,
  progressed,
  reached,
  ready,
  refused,
  registered,
  rolledBack,
  saw,
  shown,
  started,
  terminated,
  waiting,
  watched,
} from './operation-facts.js';

const evidenced = (operation: string): Fact => ({
  kind: 'log.evidence-recorded',
  node: 'node',
  lsn: 1,
  operation,
  evidence: 'e',
  status: 'success',
  digest: 'd',
});
const releasedEvidence = (operation: string): Fact => {
  return { kind: 'log.evidence-released', node: 'node', lsn: 2, operation };
};
const evictedEvidence: Fact = { kind: 'log.evidence-evicted', node: 'node', lsn: 3, evidence: 'e' };

describeOracle(() => registryAccounts({ tombstonesMax: 1 }), {
  holds: [
    [
      'a list, a look and a watch that fit some moment since they were asked for',
      [
        registered('b'),
        reached('list'),
        registered('a'),
        listed(2, 'a=provisioning/0/ b=provisioning/0/'),
        reached('list'),
        started('a'),
        progressed('a'),
        listed(2, 'a=provisioning/0/ b=provisioning/0/'),
        reached('look', 'a'),
        saw('a', 'running/1/'),
        reached('watch', 'nobody'),
        watched('nobody', 'unknown'),
      ],
    ],
    ['an empty list', [reached('list'), listed(0, '')]],
    [
      'evidence that is released and evicted when its operation has ended',
      [evidenced('a'), ...done('a', 1), releasedEvidence('a'), evictedEvidence],
    ],
    [
      'an eviction that leaves a tombstone, and refusals by that',
      [
        ...done('a', 1),
        evicted('a'),
        reached('look', 'a'),
        saw('a', 'evicted completed@1'),
        reached('end', 'a'),
        refused('INVALID_TRANSITION', { subject: 'a', status: 'completed' }),
        reached('watch', 'a'),
        watched('a', 'evicted'),
      ],
    ],
    [
      'an id that is free again when its tombstone has gone',
      [...done('a', 1), ...done('b', 2), evicted('a'), evicted('b'), forgotten('a'), registered('a')],
    ],
    ['an id that is free again when it was taken back', [registered('a'), rolledBack('a'), registered('a')]],
    [
      'an owner that ends, with all that lives of it',
      [
        registered('a'),
        registered('b', { owner: 'other' }),
        terminated('session'),
        ended('a', 1, 'terminated'),
        later,
      ],
    ],
    [
      'an owner that is forgotten when there are too many',
      [terminated('session'), terminated('other'), ownerForgotten('session'), later, registered('a'), later],
    ],
    [
      'an eviction when the one who watches was told',
      [
        registered('a'),
        started('a'),
        reached('watch', 'a'),
        ended('a', 1),
        watched('a', 'ended'),
        evicted('a'),
      ],
    ],
    [
      'an eviction that was under way when the watch began',
      [
        ...done('b', 1),
        registered('a'),
        started('a'),
        reached('end', 'a', { request: 'e' }),
        reached('watch', 'a'),
        ended('a', 2),
        evicted('a'),
      ],
    ],
    [
      'an eviction that only a former life could have known of',
      [registered('a'), started('a'), reached('watch', 'a'), ready, ended('a', 1), evicted('a')],
    ],
    [
      'a limit, and how many were alive',
      [registered('a'), reached('command', 'b'), refused('MAX_CONCURRENT_EXCEEDED', { active: 1 })],
    ],
    [
      'a collection of all that has ended',
      [...done('a', 1), reached('collect'), evicted('a'), accepted('', '')],
    ],
    [
      'a collection that leaves what is watched, what is waited for, and what ends later',
      [
        registered('a'),
        started('a'),
        reached('watch', 'a', { request: 'r2' }),
        ended('a', 1),
        ...done('b', 2),
        registered('c'),
        opened('w', 'b c'),
        ...done('d', 3),
        reached('collect'),
        opened('x', 'd c'),
        ...done('e', 4),
        accepted('', ''),
      ],
    ],
    [
      'a conflict with what is there',
      [
        registered('a'),
        reached('command', 'a', { terms: 'other' }),
        refused('REGISTRATION_CONFLICT', { subject: 'a', status: 'provisioning' }),
      ],
    ],
    ['a peer of what is running', [registered('a'), started('a'), peered('a')]],
  ],
  broken: [
    ['E3: evidence that is released while its operation is alive', [registered('a'), releasedEvidence('a')]],
    [
      'E3: evidence that is evicted while its operation is alive',
      [registered('a'), evidenced('a'), evictedEvidence],
    ],
    ['an end that no such phase has', [registered('a'), ended('a', 1)]],
    ['an abort of what is running', [registered('a'), started('a'), ended('a', 1, 'aborted')]],
    ['a start of what is running', [registered('a'), started('a'), started('a')]],
    ['progress of what has not started', [registered('a'), progressed('a')]],
    ['a second peer', [registered('a'), started('a'), peered('a'), peered('a')]],
    [
      'a conflict with itself',
      [
        registered('a'),
        reached('command', 'a', { terms: 't' }),
        refused('REGISTRATION_CONFLICT', { subject: 'a', status: 'provisioning' }),
      ],
    ],
    ['a collection that leaves something', [...done('a', 1), reached('collect'), accepted('', '')]],
    ['an id that is held and registered anew', [registered('a'), registered('a')]],
    ['an evicted id that is run anew', [...done('a', 1), evicted('a'), registered('a')]],
    ['a registration for a terminated owner', [terminated('session'), registered('a')]],
    ['an owner that leaves somebody alive', [registered('a'), terminated('session'), later]],
    ['an eviction of what is alive', [registered('a'), evicted('a')]],
    ['an eviction of what an open wait is for', [...waiting, ended('a', 1), evicted('a')]],
    [
      'an eviction before the one who watches was told',
      [registered('a'), started('a'), reached('watch', 'a'), ended('a', 1), evicted('a')],
    ],
    ['a rollback after the end', [...done('a', 1), rolledBack('a')]],
    ['progress after the end', [...done('a', 1), progressed('a')]],
    ['a tombstone that is dropped too early', [...done('a', 1), evicted('a'), forgotten('a')]],
    [
      'a tombstone that is not the oldest',
      [...done('a', 1), ...done('b', 2), evicted('a'), evicted('b'), forgotten('b')],
    ],
    ['an owner that is forgotten too early', [terminated('session'), ownerForgotten('session')]],
    [
      'a count that includes what was taken back',
      [registered('a'), rolledBack('a'), reached('list'), listed(1, '')],
    ],
    [
      'a list that remembers what was taken back',
      [registered('a'), rolledBack('a'), reached('list'), listed(1, 'a=provisioning/0/')],
    ],
    [
      'a list that was true before it was asked for',
      [registered('a'), rolledBack('a'), later, reached('list'), listed(1, 'a=provisioning/0/')],
    ],
    ['a list that leaves one out', [registered('a'), reached('list'), listed(0, '')]],
    [
      'a look that remembers what is gone',
      [...done('a', 1), evicted('a'), reached('look', 'a'), saw('a', 'completed@1/0/')],
    ],
    [
      'an evicted id that is called unknown',
      [...done('a', 1), evicted('a'), reached('watch', 'a'), watched('a', 'unknown')],
    ],
    [
      'a living one that is called evicted',
      [registered('a'), reached('watch', 'a'), watched('a', 'evicted')],
    ],
    ['a living one whose watch is over', [registered('a'), reached('watch', 'a'), watched('a', 'ended')]],
    [
      'a refusal as unknown of what is held',
      [registered('a'), reached('command', 'a'), refused('UNKNOWN_OPERATION', { subject: 'a' })],
    ],
    [
      'a refusal by a status that it never had',
      [
        ...done('a', 1),
        reached('end', 'a'),
        refused('INVALID_TRANSITION', { subject: 'a', status: 'failed' }),
      ],
    ],
    [
      'a limit that counts what has ended',
      [...done('a', 1), reached('command', 'b'), refused('MAX_CONCURRENT_EXCEEDED', { active: 1 })],
    ],
    [
      'a row that outlives its operation',
      [...done('a', 1), evicted('a'), reached('feed'), shown('feed', 'a', 1)],
    ],
  ],
});
