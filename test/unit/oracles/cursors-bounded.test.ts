import { cursorsBounded } from '../../../sim/oracles/cursors-bounded.js';
import { describeOracle } from './describe-oracle.js';
import { advanced, cursors, cursorsSeen, done, reached, slot, three } from './operation-facts.js';

describeOracle(cursorsBounded, {
  holds: [
    ['cursors that go up to the watermark', [...three, cursors(1, 2, 0), cursors(3, 3, 3)]],
    [
      'an advance that is there, and one that was too much',
      [
        ...three,
        reached('cursors'),
        cursors(0, 2, 0),
        advanced(true, 0, 2),
        reached('cursors'),
        advanced(false, 4),
        reached('cursors'),
        advanced(false, 0, 0, 3),
        reached('cursors'),
        cursorsSeen(0, 2, 0),
      ],
    ],
    [
      'a refusal that a later end makes look wrong',
      [reached('cursors'), ...done('a', 1), advanced(false, 1)],
    ],
  ],
  broken: [
    ['a cursor above the watermark', [...done('a', 1), cursors(0, 2, 0)]],
    ['a cursor at the end of a slot', [...slot, cursors(1, 0, 0)]],
    ['injected above observed', [...three, cursors(0, 1, 2)]],
    ['a cursor that goes back', [...three, cursors(2, 2, 0), cursors(3, 1, 0)]],
    ['an advance that is not there', [...three, reached('cursors'), advanced(true, 2)]],
    ['a refusal without cause', [...three, reached('cursors'), advanced(false, 0, 3)]],
    [
      'a cursor seen where it was before',
      [...three, cursors(2, 2, 0), reached('cursors'), cursorsSeen(1, 2, 0)],
    ],
    ['a cursor seen where it is not yet', [...three, reached('cursors'), cursorsSeen(0, 1, 0)]],
  ],
});
