import { feedGapFree } from '../../../sim/oracles/feed-gap-free.js';
import { describeOracle } from './describe-oracle.js';
import { done, evicted, page, reached, shown, slot, three } from './operation-facts.js';

describeOracle(feedGapFree, {
  holds: [
    ['a full page', [...three, reached('feed'), shown('feed', 'a', 1), page(0, 1, 0, 1)]],
    [
      'a gap that is told',
      [...three, evicted('a'), reached('feed'), shown('feed', 'b', 2), shown('feed', 'c', 3), page(0, 3, 1)],
    ],
    [
      'a slot that has no row',
      [...slot, ...done('a', 2), reached('feed'), shown('feed', 'a', 2), page(0, 2)],
    ],
    [
      'an eviction while the page is on its way',
      [...done('a', 1), reached('feed'), evicted('a'), shown('feed', 'a', 1), page(0, 1)],
    ],
    [
      'an end while the page is on its way, which it shows or does not',
      [...done('a', 1), reached('feed'), ...done('b', 2), shown('feed', 'a', 1), page(0, 1)],
    ],
  ],
  broken: [
    ['a seq given twice', [...done('a', 1), ...done('b', 1)]],
    ['a row that is left out', [...three, reached('feed'), shown('feed', 'b', 2), page(0, 2)]],
    ['a gap that is not told', [...three, evicted('a'), reached('feed'), shown('feed', 'b', 2), page(0, 2)]],
    [
      'a gap that is told one too low',
      [...three, evicted('a'), evicted('b'), reached('feed'), shown('feed', 'c', 3), page(0, 3, 1)],
    ],
    ['a gap behind the reader', [...three, evicted('a'), reached('feed'), page(3, 3, 1)]],
    ['a gap of what is there', [...three, reached('feed'), shown('feed', 'c', 3), page(0, 3, 2)]],
    ['a gap that a later row hides', [...three, evicted('b'), reached('feed'), page(1, 1, 0, 0)]],
    [
      'rows out of order',
      [
        ...three,
        reached('feed'),
        shown('feed', 'b', 2),
        shown('feed', 'a', 1),
        shown('feed', 'c', 3),
        page(0, 3),
      ],
    ],
    ['a row that was read before', [...three, reached('feed'), shown('feed', 'a', 1), page(1, 1, 0, 1)]],
    ['a reader that is put back', [...three, reached('feed'), shown('feed', 'a', 1), page(0, 0, 0, 1)]],
    ['a row of a slot', [...slot, reached('feed'), shown('feed', 's', 1), page(0, 1)]],
    ['a page that ends before the end', [...three, reached('feed'), shown('feed', 'a', 1), page(0, 1)]],
  ],
});
