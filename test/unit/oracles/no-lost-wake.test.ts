import { noLostWake } from '../../../sim/oracles/no-lost-wake.js';
import { type Case, describeOracle } from './describe-oracle.js';
import {
  answered,
  asksForWait,
  cancelled,
  done,
  ended,
  opened,
  reached,
  ready,
  refused,
  registered,
  rolledBack,
  satisfied,
  waiting,
  watched,
} from './operation-facts.js';

describeOracle(noLostWake, {
  holds: [
    [
      'a watch that is told before anybody who came later is answered',
      [
        registered('a'),
        reached('watch', 'a'),
        ended('a', 1),
        reached('list', '', { request: 'l' }),
        watched('a', 'ended'),
        answered('l'),
      ],
    ],
    [
      'a watch that is told after those who came before its end',
      [
        registered('a'),
        reached('watch', 'a'),
        reached('list', '', { request: 'l' }),
        ended('a', 1),
        answered('l'),
        watched('a', 'ended'),
      ],
    ],
    [
      'what has not happened',
      [registered('a'), reached('watch', 'a'), reached('list', '', { request: 'l' }), answered('l')],
    ],
    [
      'a connection that broke',
      [
        registered('a'),
        reached('watch', 'a'),
        ended('a', 1),
        answered('r', 'lost'),
        reached('list', '', { request: 'l' }),
        answered('l'),
      ],
    ],
    [
      'a life that is over',
      [
        registered('a'),
        reached('watch', 'a'),
        ended('a', 1),
        ready,
        reached('list', '', { request: 'l' }),
        answered('l'),
      ],
    ],
    [
      'a wait that is refused',
      [
        reached('wait', 'w'),
        opened('w', ''),
        satisfied('w', ''),
        refused('WAIT_CONFLICT', { subject: 'w' }),
        answered(),
      ],
    ],
    [
      'a watch of what is registered at that moment',
      [reached('watch', 'a'), registered('a'), reached('list', '', { request: 'l' }), answered('l')],
    ],
    [
      'a wait that is opened again after its cancel',
      [
        ...waiting,
        asksForWait,
        cancelled('w'),
        opened('w', 'b a'),
        reached('list', '', { request: 'l' }),
        answered('l'),
      ],
    ],
  ],
  broken: [
    ...(
      [
        ['ended', ended('a', 1)],
        ['was taken back', rolledBack('a')],
      ] as const
    ).map(([what, event]): Case => [
      `a watch that is not told that its operation ${what}`,
      [registered('a'), reached('watch', 'a'), event, reached('list', '', { request: 'l' }), answered('l')],
    ]),
    [
      'a watch that comes late and waits for ever',
      [...done('a', 1), reached('watch', 'a'), reached('list', '', { request: 'l' }), answered('l')],
    ],
    [
      'a watch of nobody that waits for ever',
      [reached('watch', 'nobody'), reached('list', '', { request: 'l' }), answered('l')],
    ],
    [
      'a wait that is not told that it is satisfied',
      [
        reached('wait', 'w'),
        opened('w', ''),
        satisfied('w', ''),
        reached('list', '', { request: 'l' }),
        answered('l'),
      ],
    ],
    [
      'a wait that is not told that it is cancelled',
      [...waiting, asksForWait, cancelled('w'), reached('list', '', { request: 'l' }), answered('l')],
    ],
    [
      'a wait that comes late and waits for ever',
      [
        opened('w', ''),
        satisfied('w', ''),
        reached('wait', 'w'),
        reached('list', '', { request: 'l' }),
        answered('l'),
      ],
    ],
    ['a watch that waits at the end', [registered('a'), reached('watch', 'a'), ended('a', 1)]],
  ],
});
