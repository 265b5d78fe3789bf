import { oneTerminalEvent } from '../../../sim/oracles/one-terminal-event.js';
import { type Case, describeOracle } from './describe-oracle.js';
import { done, ended, evicted, forgotten, registered, shown } from './operation-facts.js';

describeOracle(oneTerminalEvent, {
  holds: [
    [
      'one end, and every place shows it',
      [
        ...done('a', 1),
        shown('watch', 'a', 1),
        shown('feed', 'a', 1),
        shown('snapshot', 'a', 1),
        shown('barrier', 'a', 1),
      ],
    ],
    [
      'another operation under an id that is forgotten, while the end of the first is still told',
      [...done('a', 1), evicted('a'), forgotten('a'), ...done('a', 2), shown('barrier', 'a', 1)],
    ],
  ],
  broken: [
    ['two ends', [...done('a', 1), ended('a', 2)]],
    ['two ends with an eviction in between', [...done('a', 1), evicted('a'), ended('a', 2)]],
    ['a seq that goes back', [...done('a', 2), ...done('b', 1)]],
    ...(['watch', 'feed', 'snapshot', 'barrier'] as const).flatMap((place): Case[] => [
      [`another outcome in the ${place}`, [...done('a', 1), shown(place, 'a', 1, 'failed')]],
      [`the end of another in the ${place}`, [...done('a', 1), shown(place, 'b', 1)]],
      [`an end that the log does not hold in the ${place}`, [registered('a'), shown(place, 'a', 1)]],
    ]),
  ],
});
