import { barrierResolves } from '../../../sim/oracles/barrier-resolves.js';
import { describeOracle } from './describe-oracle.js';
import {
  acknowledged,
  answered,
  asksForWait,
  cancelled,
  done,
  ended,
  evicted,
  later,
  opened,
  reached,
  ready,
  refused,
  refusedDisk,
  registered,
  rolledBack,
  satisfied,
  waited,
  waiting,
} from './operation-facts.js';

describeOracle(barrierResolves, {
  holds: [
    [
      'answers in the order of the request, told to who waits, and acknowledged',
      [
        registered('a'),
        registered('b'),
        asksForWait,
        opened('w', 'b a'),
        ended('a', 1),
        ended('b', 2),
        satisfied('w', 'completed@2 completed@1'),
        waited('w', 'satisfied', 'completed@2 completed@1'),
        acknowledged('w'),
      ],
    ],
    [
      'a member that was taken back',
      [...waiting, ended('a', 1), rolledBack('b'), satisfied('w', 'rolled_back completed@1')],
    ],
    [
      'a member that was evicted before',
      [...done('a', 1), evicted('a'), opened('w', 'a'), satisfied('w', 'completed@1')],
    ],
    ['nobody to wait for', [opened('w', ''), satisfied('w', '')]],
    ['a cancelled wait', [...waiting, asksForWait, cancelled('w'), waited('w', 'cancelled')]],
    [
      'refusals with cause',
      [
        registered('a'),
        reached('wait', 'w', { terms: 'a a' }),
        refused('DUPLICATE_WAIT_OPERATION', { subject: 'a' }),
        reached('wait', 'w', { terms: 'a nobody' }),
        refused('UNKNOWN_OPERATION', { subject: 'nobody' }),
        opened('w', 'a'),
        reached('wait', 'w', { terms: '' }),
        refused('WAIT_CONFLICT', { subject: 'w' }),
        answered(),
        reached('command', 'x'),
        refused('UNKNOWN_WAIT', { subject: 'x' }),
        cancelled('w'),
      ],
    ],
    ['a machine that will not come back', [...waiting, refusedDisk]],
  ],
  broken: [
    ['a wait that stays open at the end', waiting],
    ['a wait that stays open though its machine came back', [...waiting, refusedDisk, ready]],
    [
      'a wait that nobody looked at when its last member ended',
      [...waiting, ended('a', 1), ended('b', 2), later],
    ],
    [
      'one that nobody looked at when its last member was taken back',
      [...waiting, ended('a', 1), rolledBack('b'), later],
    ],
    [
      'answers in the order of the ends',
      [...waiting, ended('a', 1), ended('b', 2), satisfied('w', 'completed@1 completed@2')],
    ],
    ['satisfaction before the last end', [...waiting, ended('a', 1), satisfied('w', 'completed@1')]],
    ['satisfaction twice', [opened('w', ''), satisfied('w', ''), satisfied('w', '')]],
    ['a wait opened twice', [...waiting, opened('w', 'b a')]],
    ['a wait for somebody twice', [registered('a'), opened('w', 'a a')]],
    ['a wait for nobody that there is', [opened('w', 'nobody')]],
    ['an open wait that is acknowledged', [...waiting, acknowledged('w')]],
    ['a satisfied one that is cancelled', [opened('w', ''), satisfied('w', ''), cancelled('w')]],
    ['a cancel that was none', [...waiting, asksForWait, waited('w', 'cancelled')]],
    ['a cancel of long ago', [...waiting, cancelled('w'), asksForWait, waited('w', 'cancelled')]],
    [
      'answers of a wait for others',
      [
        ...done('a', 1),
        reached('wait', 'w', { terms: '' }),
        opened('w', 'a'),
        satisfied('w', 'completed@1'),
        waited('w', 'satisfied', 'completed@1'),
      ],
    ],
    [
      'a wait of which nothing is known',
      [opened('w', ''), satisfied('w', ''), reached('wait', 'w'), waited('w', 'unknown')],
    ],
    [
      'a refusal for a member that is remembered',
      [
        ...done('a', 1),
        evicted('a'),
        reached('wait', 'w', { terms: 'a' }),
        refused('UNKNOWN_OPERATION', { subject: 'a' }),
      ],
    ],
    [
      'a refusal of a duplicate that is none',
      [
        ...done('a', 1),
        reached('wait', 'w', { terms: 'a' }),
        refused('DUPLICATE_WAIT_OPERATION', { subject: 'a' }),
      ],
    ],
    ['a conflict with itself', [...waiting, asksForWait, refused('WAIT_CONFLICT', { subject: 'w' })]],
    [
      'a wait that is held and called unknown',
      [...waiting, reached('command', 'w'), refused('UNKNOWN_WAIT', { subject: 'w' })],
    ],
  ],
});
