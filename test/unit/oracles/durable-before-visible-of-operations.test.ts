import { durableBeforeVisible } from '../../../sim/oracles/durable-before-visible.js';
import { describeOracle } from './describe-oracle.js';
import {
  accepted,
  acknowledged,
  done,
  ended,
  opened,
  page,
  registered,
  satisfied,
  shown,
  started,
  terminated,
  waited,
  waiting,
  watched,
} from './operation-facts.js';

describeOracle(durableBeforeVisible, {
  holds: [
    [
      'what is promised is told',
      [
        registered('a'),
        accepted('a', 'registered as t'),
        started('a'),
        accepted('a', 'running'),
        opened('w', 'a'),
        ended('a', 1),
        satisfied('w', 'completed@1'),
        shown('watch', 'a', 1),
        accepted('a', 'over'),
        waited('w', 'satisfied', 'completed@1'),
        page(0, 1),
        acknowledged('w'),
        accepted('w', 'acknowledged'),
        terminated('session'),
        accepted('session', 'terminated'),
      ],
    ],
    [
      'nothing has to stand in the log',
      [accepted('', ''), registered('a'), accepted('a', 'registered as t')],
    ],
  ],
  broken: [
    ['a registration as something else', [registered('a'), accepted('a', 'registered as other')]],
    ['a loss that was none', [registered('a'), accepted('a', 'over')]],
    ['a registration too early', [accepted('a', 'registered as t')]],
    ['an end too early', [registered('a'), shown('watch', 'a', 1)]],
    ['another end than was asked for', [...done('a', 1), accepted('a', 'cancelled')]],
    ['a rollback too early', [registered('a'), watched('a', 'rolled_back')]],
    ['answers too early', [...waiting, waited('w', 'satisfied', 'completed@1 completed@2')]],
    ['a cancel too early', [...waiting, waited('w', 'cancelled')]],
    ['a page that is ahead', [...done('a', 1), page(0, 2)]],
  ],
});
