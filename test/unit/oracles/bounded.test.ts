import { bounded } from '../../../sim/oracles/bounded.js';
import { describeOracle } from './describe-oracle.js';
import {
  done,
  ended,
  evicted,
  later,
  opened,
  page,
  reached,
  registered,
  satisfied,
  shown,
  started,
  terminated,
  watched,
} from './operation-facts.js';

describeOracle(() => bounded({ completedMax: 1, activeMax: 2, tombstonesMax: 1, waitsMax: 1 }), {
  holds: [
    [
      'as many as may be',
      [...done('a', 1), ...done('b', 2), evicted('a'), later, registered('c'), registered('d'), later],
    ],
    [
      'one more that an open wait is for',
      [
        registered('a'),
        registered('b'),
        opened('w', 'b a'),
        ended('a', 1),
        later,
        ...done('c', 2),
        evicted('c'),
        later,
      ],
    ],
    [
      'more, as long as all of them are watched',
      [
        registered('a'),
        registered('b'),
        reached('watch', 'a'),
        reached('watch', 'b', { request: 'r2' }),
        ended('a', 1),
        ended('b', 2),
        later,
      ],
    ],
    [
      'one more that was watched when that was decided',
      [
        registered('a'),
        registered('b'),
        reached('watch', 'a'),
        reached('watch', 'b', { request: 'r2' }),
        ended('a', 1),
        watched('a', 'ended'),
        ended('b', 2),
        later,
      ],
    ],
    ['a page as long as was asked for', [...done('a', 1), shown('feed', 'a', 1), page(0, 1, 0, 1)]],
  ],
  broken: [
    ['one ended operation too many', [...done('a', 1), ...done('b', 2), later]],
    [
      'one too many when the watch is long over',
      [
        registered('a'),
        registered('b'),
        reached('watch', 'a'),
        ended('a', 1),
        watched('a', 'ended'),
        started('b'),
        later,
        ended('b', 2),
        later,
      ],
    ],
    [
      'one too many though all the others are waited for',
      [
        registered('a'),
        opened('w', 'a'),
        ...done('b', 1),
        ended('a', 2),
        satisfied('w', 'completed@2'),
        later,
      ],
    ],
    ['too many alive', [registered('a'), registered('b'), registered('c')]],
    ['too many tombstones', [...done('a', 1), evicted('a'), ...done('b', 2), evicted('b'), later]],
    ['too many owners', [terminated('session'), terminated('other'), later]],
    ['too many waits', [opened('w', ''), opened('x', ''), later]],
    [
      'a page that is too long',
      [
        ...done('a', 1),
        ...done('b', 2),
        evicted('a'),
        shown('feed', 'b', 2),
        shown('feed', 'b', 2),
        page(0, 2, 0, 1),
      ],
    ],
  ],
});
