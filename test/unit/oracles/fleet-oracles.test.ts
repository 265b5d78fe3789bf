import { bulkheadConserved } from '../../../sim/oracles/bulkhead-conserved.js';
import { deletesOnlyItsOwn } from '../../../sim/oracles/deletes-only-its-own.js';
import type { Fact } from '../../../sim/oracles/facts.js';
import { noDataLoss } from '../../../sim/oracles/no-data-loss.js';
import { sagaAllOrNothing } from '../../../sim/oracles/saga-all-or-nothing.js';
import { sessionConformance } from '../../../sim/oracles/session-conformance.js';
import { describeOracle } from './describe-oracle.js';
import { exactlyOnceEffect } from '../../../sim/oracles/exactly-once-effect.js';
import { intentBeforeEffect } from '../../../sim/oracles/intent-before-effect.js';
import { fenced } from '../../../sim/oracles/fenced.js';
import { nothingAfterEnd } from '../../../sim/oracles/nothing-after-end.js';
import { oneKeyOneInput } from '../../../sim/oracles/one-key-one-input.js';
import { terminalImmutable } from '../../../sim/oracles/terminal-immutable.js';
import { admitted, opened, settled } from './fleet-facts.js';

const node = 'worker-1';

type Plain = 'queued' | 'granted' | 'released' | 'lapsed' | 'timed_out';
const told = (kind: Plain, ticket: number, weight = 1): Fact => {
  return { kind: `bulkhead.${kind}`, node, ticket, weight };
};
const rejected = (ticket: number, reason = 'busy', weight = 1): Fact => {
  return { kind: 'bulkhead.rejected', node, ticket, weight, reason };
};
const cancelled = (ticket: number): Fact => {
  return { kind: 'bulkhead.cancelled', node, ticket, weight: 1, reason: 'signal' };
};

describeOracle(() => bulkheadConserved({ permitsMax: 2, waitingMax: 2 }), {
  holds: [
    [
      'grants in order of arrival',
      [
        told('granted', 1),
        told('granted', 2),
        told('queued', 3),
        told('queued', 4),
        rejected(5),
        told('released', 1),
        told('granted', 3),
        told('lapsed', 2),
        told('granted', 4),
        told('released', 3),
        told('released', 4),
      ],
    ],
    [
      'a heavy one that holds up light ones',
      [
        told('granted', 1),
        told('queued', 2, 2),
        told('queued', 3),
        told('released', 1),
        told('granted', 2, 2),
        told('released', 2, 2),
        told('granted', 3),
        told('released', 3),
      ],
    ],
    [
      'B3: a cancelled waiter makes room for another',
      [
        told('granted', 1, 2),
        told('queued', 2),
        told('queued', 3),
        cancelled(2),
        told('queued', 4),
        told('timed_out', 3),
        told('released', 1, 2),
        told('granted', 4),
        told('released', 4),
      ],
    ],
    ['too heavy a one, and one that comes cancelled', [rejected(1, 'too_heavy', 3), cancelled(2)]],
    [
      'a life that ends, and the next',
      [told('granted', 1, 2), opened(node, 2), told('granted', 1, 2), told('released', 1, 2)],
    ],
    [
      'two nodes',
      [
        told('granted', 1, 2),
        { kind: 'bulkhead.granted', node: 'store', ticket: 1, weight: 2 },
        told('released', 1, 2),
        { kind: 'bulkhead.released', node: 'store', ticket: 1, weight: 2 },
      ],
    ],
  ],
  broken: [
    ['more permits than there are', [told('granted', 1, 2), told('granted', 2)]],
    ['B1: a permit that never comes back', [told('granted', 1)]],
    ['B2: a time-out of one that was admitted', [told('granted', 1), told('timed_out', 1)]],
    [
      'B3: a queue that is full of who has gone',
      [told('granted', 1, 2), told('queued', 2), told('queued', 3), cancelled(2), rejected(4)],
    ],
    ['B7: one that waits although there is room', [told('granted', 1), told('queued', 2)]],
    ['a refusal as busy although there is room', [told('granted', 1), rejected(2)]],
    [
      'somebody who is overtaken',
      [
        told('granted', 1, 2),
        told('queued', 2),
        told('queued', 3),
        told('released', 1, 2),
        told('granted', 3),
      ],
    ],
    [
      'a permit that comes free, and is kept',
      [told('granted', 1, 2), told('queued', 2), told('released', 1, 2), told('queued', 3)],
    ],
    ['too long a queue', [told('granted', 1, 2), told('queued', 2), told('queued', 3), told('queued', 4)]],
    ['a permit given back twice', [told('granted', 1), told('released', 1), told('lapsed', 1)]],
    ['a part of a permit given back', [told('granted', 1, 2), told('released', 1, 1)]],
    [
      'a ticket that is used twice',
      [told('granted', 1), told('released', 1), told('granted', 1), told('released', 1)],
    ],
    ['somebody who waits for ever', [told('granted', 1, 2), told('queued', 2)]],
  ],
});

const saga = 'g';
const begun: Fact = { kind: 'log.saga-begun', node, saga, session: 's', terms: 't', steps: 'a b c' };
type Standing = Extract<Fact, { kind: 'log.saga-step' }>['standing'];
const step = (number: number, ...standings: readonly Standing[]): readonly Fact[] =>
  standings.map((standing) => ({ kind: 'log.saga-step', node, saga, step: number, standing }));
const forward = (number: number): readonly Fact[] => step(number, 'tried', 'done');
const back = (number: number): readonly Fact[] => step(number, 'compensating', 'compensated');
const turned: Fact = { kind: 'log.saga-turned', node, saga };
const ended = (outcome: 'done' | 'compensated'): Fact => ({ kind: 'log.saga-ended', node, saga, outcome });
const forgotten: Fact = { kind: 'log.saga-forgotten', node, saga };
const effect = (name: string, way: 'done' | 'undone' = 'done'): Fact => {
  return { kind: 'saga.effect', node: 'store', saga, step: name, way };
};

describeOracle(sagaAllOrNothing, {
  holds: [
    [
      'all',
      [
        begun,
        ...forward(0),
        ...forward(1),
        ...step(2, 'tried'),
        effect('c'),
        ...step(2, 'done'),
        ended('done'),
        forgotten,
      ],
    ],
    [
      'nothing',
      [
        begun,
        ...step(0, 'tried'),
        effect('a'),
        ...step(0, 'done'),
        ...step(1, 'tried'),
        effect('b'),
        ...step(1, 'failed'),
        turned,
        ...step(1, 'compensating'),
        effect('b', 'undone'),
        ...step(1, 'compensating', 'compensated'),
        ...step(0, 'compensating'),
        effect('a', 'undone'),
        ...step(0, 'compensated'),
        ended('compensated'),
      ],
    ],
    [
      'a step that is tried again, and one in doubt that is undone',
      [
        begun,
        ...step(0, 'tried', 'tried', 'done'),
        ...step(1, 'tried'),
        turned,
        ...back(1),
        ...back(0),
        ended('compensated'),
      ],
    ],
    [
      'one that is taken back before it tried anything',
      [begun, turned, ended('compensated'), forgotten, begun],
    ],
  ],
  broken: [
    ['G1: compensations in forward order', [begun, ...forward(0), ...forward(1), turned, ...back(0)]],
    [
      'G1: effects undone in forward order',
      [
        begun,
        ...step(0, 'tried'),
        effect('a'),
        ...step(0, 'done'),
        ...step(1, 'tried'),
        effect('b'),
        turned,
        ...back(1),
        effect('a', 'undone'),
      ],
    ],
    [
      'G3: a step in doubt that is left',
      [begun, ...forward(0), ...step(1, 'tried'), turned, ...back(0), ended('compensated')],
    ],
    ['G4: a compensation again', [begun, ...forward(0), ...forward(1), turned, ...back(1), ...back(1)]],
    [
      'G4: an effect undone again',
      [begun, ...step(0, 'tried'), effect('a'), turned, effect('a', 'undone'), effect('a', 'undone')],
    ],
    [
      'G7: a compensation that is skipped',
      [begun, ...forward(0), ...forward(1), turned, ...back(1), ended('compensated')],
    ],
    [
      'an effect that nobody undid',
      [begun, ...step(0, 'tried'), effect('a'), turned, ...back(0), ended('compensated')],
    ],
    [
      'an effect that was undone, and all is done',
      [begun, ...step(0, 'tried'), effect('a'), turned, effect('a', 'undone'), effect('a')],
    ],
    [
      'an effect after the end',
      [begun, ...step(0, 'tried'), turned, ...back(0), ended('compensated'), effect('a')],
    ],
    ['an effect before its try is on record', [begun, effect('a')]],
    ['an effect twice', [begun, ...step(0, 'tried'), effect('a'), effect('a')]],
    [
      'an effect undone while it goes forward',
      [begun, ...step(0, 'tried'), effect('a'), effect('a', 'undone')],
    ],
    ['an end before the last step', [begun, ...forward(0), ended('done')]],
    ['a step after it has turned', [begun, ...forward(0), turned, ...step(1, 'tried')]],
    ['a step out of order', [begun, ...step(1, 'tried')]],
    ['a step before the one before is done', [begun, ...step(0, 'tried'), ...step(1, 'tried')]],
    ['a result of what was never tried', [begun, ...step(0, 'done')]],
    ['a compensation while it goes forward', [begun, ...forward(0), ...step(0, 'compensating')]],
    ['an end as undone without a turn', [begun, ended('compensated')]],
    ['two ends', [begun, turned, ended('compensated'), ended('compensated')]],
    ['two turns', [begun, turned, turned]],
    ['two beginnings', [begun, begun]],
    ['one that is forgotten alive', [begun, forgotten]],
    ['a step of nobody', step(0, 'tried')],
  ],
});

const made: Fact = { kind: 'segment.made', node, segment: 'x', digest: 'd' };
const local = (digest: string, where = node, segment = 'x'): Fact => {
  return { kind: 'segment.local', node: where, segment, digest };
};
const object = (
  standing: 'put' | 'held' | 'released' | 'forgotten',
  holder: string,
  digest = '',
  name = 'segment/x',
): Fact => ({ kind: 'log.object', node: 'store', object: name, standing, holder, digest });
const replaced = (by: string): Fact => ({ kind: 'segment.replaced', node, segment: 'x', by });

describeOracle(noDataLoss, {
  holds: [
    ['evicted', [made, object('put', 'h', 'd'), local('')]],
    [
      'held by another still',
      [made, object('put', 'h', 'd'), object('held', 'i'), local(''), object('released', 'h')],
    ],
    ['at another worker', [made, local('d', 'worker-2'), local('')]],
    ['replaced', [made, object('put', 'h', 'e', 'segment/y'), replaced('y'), local('')]],
  ],
  broken: [
    ['bytes that are gone everywhere', [made, local('')]],
    ['F37: other bytes in the store', [made, object('put', 'h', 'e'), local('')]],
    ['F39: what the store let go of', [made, object('put', 'h', 'd'), local(''), object('released', 'h')]],
    ['a manifest of the same name', [made, object('put', 'h', 'd', 'manifest/x'), local('')]],
    ['local bytes that have changed', [made, local('rot')]],
    ['replaced by what is nowhere', [made, local('d'), replaced('y'), local('')]],
    [
      'what has replaced it is gone',
      [
        made,
        object('put', 'h', 'e', 'segment/y'),
        replaced('y'),
        local(''),
        object('released', 'h', '', 'segment/y'),
      ],
    ],
  ],
});

const found = (digest: string): Fact => ({ kind: 'store.found', node: 'store', object: 'segment/x', digest });

describeOracle(deletesOnlyItsOwn, {
  holds: [
    [
      'held by two, and let go by each',
      [
        object('put', 'h', 'd'),
        object('held', 'i'),
        object('released', 'h'),
        found('d'),
        object('released', 'i'),
        found(''),
      ],
    ],
    [
      'put anew by another',
      [object('put', 'h', 'd'), object('released', 'h'), object('put', 'i', 'e'), found('e')],
    ],
    ['let go before it came', [object('released', 'h'), object('forgotten', 'h'), object('put', 'h', 'd')]],
  ],
  broken: [
    [
      'F40: what another holds is gone',
      [object('put', 'h', 'd'), object('held', 'i'), object('released', 'h'), found('')],
    ],
    ['F45: a late put', [object('put', 'h', 'd'), object('released', 'h'), object('put', 'h', 'd')]],
    [
      'F45: a late pin',
      [object('put', 'h', 'd'), object('held', 'i'), object('released', 'h'), object('held', 'h')],
    ],
    ['F37: a put over what is there', [object('put', 'h', 'd'), object('put', 'i', 'e')]],
    ['a hold of nothing', [object('held', 'h')]],
    ['a release twice', [object('released', 'h'), object('released', 'h')]],
    ['a tombstone that was never there', [object('forgotten', 'h')]],
    ['something that nobody holds', [object('put', 'h', 'd'), object('released', 'h'), found('d')]],
  ],
});

const took = (role: string, label: string, where: string, conversation = 'c'): Fact => {
  return { kind: 'session.took', node: where, conversation, role, label };
};
const refused = (reason: string): Fact => {
  return { kind: 'session.refused', node, conversation: 'c', role: 'owner', label: 'given', reason };
};
const ask = took('participant', 'witness', 'worker-2');

describeOracle(sessionConformance, {
  holds: [
    ['a witness round', [ask, took('owner', 'given', node)]],
    [
      'a participant that comes back, and does not remember',
      [ask, opened('worker-2', 2), ask, took('owner', 'given', node)],
    ],
    ['a transfer', [took('target', 'offer', 'worker-2'), took('source', 'settled', node)]],
    ['a refusal that says why', [refused('not now')]],
  ],
  broken: [
    ['a message twice', [ask, ask]],
    ['an answer twice', [ask, took('owner', 'given', node), took('owner', 'refused', node)]],
    ['an answer to nothing', [took('owner', 'given', node)]],
    ['an answer to another question', [ask, took('owner', 'given', node, 'd')]],
    ['a label of somebody else', [took('participant', 'given', node)]],
    ['an order that is none', [took('target', 'settled', 'worker-2')]],
    ['a settlement that nobody offered', [took('source', 'settled', node)]],
    ['a role that there is not', [took('stranger', 'witness', node)]],
    ['a refusal that does not say why', [refused('')]],
  ],
});

const runBegun = (request = 'r', key = 'k'): Fact => {
  return { kind: 'log.run-begun', node: 'store', key, request, session: 's', generation: 0 };
};
const runRecorded: Fact = { kind: 'log.run-recorded', node: 'store', key: 'k', outcome: 'o' };
const runAbandoned: Fact = { kind: 'log.run-abandoned', node: 'store', key: 'k' };
const requestForgotten: Fact = { kind: 'log.request-forgotten', node: 'store', key: 'k' };
const stored: Fact = { kind: 'store.effect', node: 'store', key: 'k', session: 's', generation: 0 };

describeOracle(intentBeforeEffect, {
  holds: [
    [
      'a run, and one after it was abandoned',
      [runBegun(), stored, runAbandoned, runBegun(''), stored, runRecorded],
    ],
  ],
  broken: [
    ['K3: a run that is not on record', [stored]],
    ['a run of an abandoned request', [runBegun(), runAbandoned, stored]],
    ['a run of what has ended', [runBegun(), runRecorded, stored]],
  ],
});

describeOracle(exactlyOnceEffect, {
  holds: [
    ['a request that was forgotten', [runBegun(), runRecorded, requestForgotten, runBegun(), runRecorded]],
  ],
  broken: [
    ['K6: a request that is begun after its end', [runBegun(), runRecorded, runBegun('')]],
    ['K6: a request that is begun while it is under way', [runBegun(), runBegun('')]],
    ['a request that ends twice', [runBegun(), runRecorded, runRecorded]],
  ],
});

const operationEnded: Fact = { kind: 'log.ended', node, operation: 'o', outcome: 'cancelled', seq: 1 };
const dispatched = (by: string): Fact => ({ kind: 'remote.dispatched', node: by, key: 'k', trace: 'o' });

describeOracle(nothingAfterEnd, {
  holds: [
    ['work before the end', [dispatched(node), operationEnded]],
    ['work of a node that has not heard of the end', [operationEnded, dispatched('worker-2')]],
  ],
  broken: [['work after the end', [operationEnded, dispatched(node)]]],
});

const submitted = (input: string, answer: string): Fact => {
  return { kind: 'client.submitted', node: 'client', operation: 'o', input, answer };
};

describeOracle(oneKeyOneInput, {
  holds: [
    ['another run of the same request', [runBegun(), runAbandoned, runBegun('')]],
    ['another input, which is a conflict', [submitted('a', 'accepted'), submitted('b', 'LEDGER_CONFLICT')]],
  ],
  broken: [
    ['two requests under one key', [runBegun('r'), runAbandoned, runBegun('q')]],
    ['K9: two inputs under one id', [submitted('a', 'accepted'), submitted('b', 'accepted')]],
    ['a conflict that is none', [submitted('a', 'accepted'), submitted('a', 'LEDGER_CONFLICT')]],
    ['a conflict that is forgotten', [submitted('b', 'LEDGER_CONFLICT'), submitted('b', 'accepted')]],
  ],
});

const applied: Fact = {
  kind: 'effect.applied',
  node: 'outside',
  operation: 'o',
  step: 's',
  key: 'k',
  guarded: false,
  dedup: true,
};

describeOracle(fenced, {
  holds: [['what the store does for somebody', [runBegun(), stored, applied]]],
  broken: [["K11: what the store does in nobody's name", [runBegun(), applied]]],
});

const finalized = (where: string, outcome = 'finalized'): Fact => {
  return { kind: 'log.finalization', node: where, lsn: 1, operation: 'o', outcome };
};
const endedAs = (where: string, outcome = 'completed'): Fact => {
  return { kind: 'log.ended', node: where, operation: 'o', outcome, seq: 1 };
};
const looked = (status: string): Fact => {
  return { kind: 'client.looked', node: 'client', operation: 'o', status };
};
const toldEnd = (outcome: string): Fact => ({
  kind: 'client.ended',
  node: 'client',
  operation: 'o',
  outcome,
});

describeOracle(terminalImmutable, {
  holds: [
    [
      'the same everywhere',
      [
        admitted('o'),
        settled('o', 0),
        finalized('worker-1'),
        endedAs('worker-1'),
        finalized('worker-2'),
        endedAs('worker-2'),
        toldEnd('completed'),
      ],
    ],
    ['a look after the end', [admitted('o'), settled('o', 0), toldEnd('completed'), looked('completed')]],
    ['a look where it is not held', [admitted('o'), settled('o', 0), toldEnd('completed'), looked('')]],
    ['a failure', [admitted('o'), settled('o', 0, 'rejected'), endedAs('worker-1', 'failed')]],
  ],
  broken: [
    ['an outcome that nobody settled', [admitted('o'), finalized('worker-1')]],
    ['an end before it was settled', [admitted('o'), endedAs('worker-1'), settled('o', 0)]],
    ['another outcome than was settled', [admitted('o'), settled('o', 0, 'aborted'), finalized('worker-1')]],
    ['a client that is told another one', [admitted('o'), settled('o', 0, 'aborted'), toldEnd('completed')]],
    [
      'V3: a look at a former owner that goes back behind the end',
      [admitted('o'), settled('o', 0), toldEnd('completed'), looked('running')],
    ],
    ['two settlements', [admitted('o'), settled('o', 0), settled('o', 1, 'aborted')]],
    ['two outcomes in two logs', [finalized('worker-1'), finalized('worker-2', 'aborted')]],
    ['one log that has it twice', [finalized('worker-1'), finalized('worker-1')]],
  ],
});
