import { auditComplete } from '../../../sim/oracles/audit-complete.js';
import { fenced } from '../../../sim/oracles/fenced.js';
import type { Fact } from '../../../sim/oracles/facts.js';
import { leaseLatched } from '../../../sim/oracles/lease-latched.js';
import { singleOwner } from '../../../sim/oracles/single-owner.js';
import { witnessSingleUse } from '../../../sim/oracles/witness-single-use.js';
import { describeOracle } from './describe-oracle.js';
import {
  acts,
  admitted,
  answered,
  asked,
  at,
  audited,
  begins,
  denied,
  expired,
  invalidated,
  issued,
  leased,
  lost,
  opened,
  readiness,
  receipt,
  renewed,
  sessionEnded,
  settled,
  timed,
  used,
} from './fleet-facts.js';

describeOracle(singleOwner, {
  holds: [
    ['a tenure', [opened('worker-1'), issued(0), leased('worker-1', 0), acts('worker-1', 0), used(0)]],
    [
      'a takeover after the end of the lease',
      [
        issued(0),
        leased('worker-1', 0),
        lost('worker-1', 0),
        expired(0),
        issued(1, 'worker-2#1'),
        used(1, 'worker-2#1'),
      ],
    ],
    ['a transfer', [issued(0), invalidated(0), receipt(1, 'committed'), issued(1, 'worker-2#1')]],
    [
      'a claim anew in another life',
      [
        issued(0),
        opened('worker-1', 2),
        invalidated(0),
        issued(1, 'worker-1#2'),
        leased('worker-1', 1),
        acts('worker-1', 1),
      ],
    ],
  ],
  broken: [
    ['O1: a generation that was granted before', [issued(0), expired(0), issued(0, 'worker-2#1')]],
    ['a generation that goes back', [issued(3), expired(3), issued(2, 'worker-2#1')]],
    ['two holders', [issued(0), issued(1, 'worker-2#1')]],
    ['a grant after the end of the session', [issued(0), expired(0), sessionEnded(0), issued(1)]],
    ['a use by who is the owner no more', [issued(0), expired(0), used(0)]],
    ['a use by another owner', [issued(0), used(0, 'worker-2#1')]],
    ['a renewal after a takeover', [issued(0), expired(0), issued(1, 'worker-2#1'), renewed(0, 5)]],
    ['a lease of somebody else', [issued(0), leased('worker-2', 0)]],
    [
      'O6: a generation of a former life, acted in',
      [issued(0), leased('worker-1', 0), opened('worker-1', 2), acts('worker-1', 0)],
    ],
    [
      'O6: a generation of a former life, held',
      [issued(0), leased('worker-1', 0), opened('worker-1', 2), leased('worker-1', 0)],
    ],
    ['an act without a lease', [issued(0), acts('worker-1', 0)]],
    [
      'an act after it was lost',
      [issued(0), leased('worker-1', 0), lost('worker-1', 0), acts('worker-1', 0)],
    ],
    [
      'O2: an act after a takeover',
      [issued(0), leased('worker-1', 0), expired(0), issued(1, 'worker-2#1'), acts('worker-1', 0)],
    ],
  ],
});

const runBegun = (generation: number): Fact => {
  return {
    kind: 'log.run-begun',
    node: 'store',
    key: `k${generation}`,
    request: 'r',
    session: 's',
    generation,
  };
};
const dropped: Fact = { kind: 'log.fence-dropped', node: 'store', session: 's' };
const witnessed = (generation: number, node = 'worker-2'): Fact => {
  return { kind: 'log.witnessed', node, operation: 'o', session: 's', generation };
};

describeOracle(fenced, {
  holds: [
    [
      'what another receiver does not know',
      [issued(1), runBegun(0), runBegun(1), witnessed(0), witnessed(0, 'worker-3')],
    ],
    ['a fence that was dropped', [runBegun(2), dropped, runBegun(1)]],
    ['witnesses of an owner that has gone', [issued(1), readiness(1, 'invalidated'), used(1)]],
  ],
  broken: [
    ['a late act at the authority', [issued(1), used(0)]],
    ['a late commit', [issued(1), settled('o', 0)]],
    ['a late request at the store', [runBegun(1), runBegun(0)]],
    [
      'a late request after the store has heard of the successor',
      [{ kind: 'log.generation-raised', node: 'store', session: 's', generation: 2 }, runBegun(1)],
    ],
    ['a witness for a former owner', [witnessed(1), witnessed(0)]],
  ],
});

describeOracle(witnessSingleUse, {
  holds: [
    [
      'issued, consumed and told',
      [
        readiness(1, 'issued'),
        asked('c', 'consume_readiness', { subject: '1' }),
        readiness(1, 'consumed'),
        answered('c'),
      ],
    ],
    [
      'invalidated with its capability',
      [readiness(1, 'issued'), invalidated(0), readiness(1, 'invalidated'), issued(1)],
    ],
    [
      'a second consumer, who is refused',
      [
        readiness(1, 'issued'),
        readiness(1, 'consumed'),
        asked('c', 'consume_readiness', { subject: '1' }),
        answered('c', { answer: 'OWNERSHIP_WITNESS_CONSUMED' }),
      ],
    ],
  ],
  broken: [
    ['consumed twice', [readiness(1, 'issued'), readiness(1, 'consumed'), readiness(1, 'consumed')]],
    [
      'consumed after its end',
      [readiness(1, 'issued'), readiness(1, 'invalidated'), readiness(1, 'consumed')],
    ],
    ['never issued', [readiness(2, 'consumed')]],
    ['issued twice', [readiness(1, 'issued'), readiness(1, 'issued', { owner: 'worker-2#1' })]],
    [
      'consumed by another owner',
      [readiness(1, 'issued'), readiness(1, 'consumed', { owner: 'worker-2#1' })],
    ],
    ['consumed in another generation', [readiness(1, 'issued'), readiness(1, 'consumed', { generation: 1 })]],
    ['consumed as something else', [readiness(1, 'issued'), readiness(1, 'consumed', { terms: 'u' })]],
    ['one that outlives its capability', [readiness(1, 'issued'), invalidated(0), issued(1)]],
    [
      'told as consumed before it was',
      [readiness(1, 'issued'), asked('c', 'consume_readiness', { subject: '1' }), answered('c')],
    ],
    [
      'told as consumed to two',
      [
        readiness(1, 'issued'),
        readiness(1, 'consumed'),
        asked('c', 'consume_readiness', { subject: '1' }),
        answered('c'),
        asked('d', 'consume_readiness', { subject: '1' }),
        answered('d'),
      ],
    ],
  ],
});

describeOracle(auditComplete, {
  holds: [
    ['a grant that is on record', [issued(0), asked('c', 'claim'), answered('c', { generation: 0 })]],
    [
      'a grant that is told again',
      [
        issued(0),
        asked('c', 'claim'),
        answered('c', { generation: 0 }),
        asked('d', 'claim'),
        answered('d', { generation: 0 }),
      ],
    ],
    [
      'two refusals that are on record',
      [
        issued(0, 'worker-2#1'),
        denied('claim', 'worker-1#1', 'OWNERSHIP_ALREADY_CLAIMED'),
        denied('claim', 'worker-1#1', 'OWNERSHIP_ALREADY_CLAIMED'),
        asked('c', 'claim'),
        answered('c', { answer: 'OWNERSHIP_ALREADY_CLAIMED' }),
        asked('d', 'claim'),
        answered('d', { answer: 'OWNERSHIP_ALREADY_CLAIMED' }),
      ],
    ],
    [
      'a refusal of the ledger',
      [issued(0), asked('c', 'admit'), answered('c', { answer: 'LEDGER_CONFLICT' })],
    ],
    ['the ledger, with what permits it', [issued(0), used(0), admitted('o'), used(0), settled('o', 0)]],
    [
      'an operation that ends with its session',
      [issued(0), used(0), admitted('o'), expired(0), sessionEnded(0), settled('o', 0, 'aborted')],
    ],
    ['an archive', [issued(0), used(0), used(0), audited(2), used(0), audited(4)]],
    [
      'a transfer',
      [issued(0), receipt(1, 'issued'), asked('c', 'begin_transfer'), answered('c', { subject: '1' })],
    ],
  ],
  broken: [
    ['a grant that is not on record', [asked('c', 'claim'), answered('c', { generation: 0 })]],
    ['a release that is not on record', [issued(0), asked('c', 'release'), answered('c')]],
    [
      'an offer that is not on record',
      [issued(0), asked('c', 'begin_transfer'), answered('c', { subject: '1' })],
    ],
    [
      'a rollback that is not on record',
      [issued(0), receipt(1, 'issued'), asked('c', 'rollback_transfer', { subject: '1' }), answered('c')],
    ],
    [
      'a witness that is not on record',
      [issued(0), asked('c', 'issue_readiness'), answered('c', { subject: '1' })],
    ],
    [
      'a refusal that is not on record',
      [issued(0), asked('c', 'renew', { generation: -1 }), answered('c', { answer: 'OWNERSHIP_FENCED' })],
    ],
    [
      'two refusals on one record',
      [
        denied('renew', 'worker-1#1', 'OWNERSHIP_FENCED'),
        asked('c', 'renew'),
        answered('c', { answer: 'OWNERSHIP_FENCED' }),
        asked('d', 'renew'),
        answered('d', { answer: 'OWNERSHIP_FENCED' }),
      ],
    ],
    ['the same thing recorded twice', [receipt(1, 'issued'), receipt(1, 'issued')]],
    ['an end of one capability twice', [issued(0), invalidated(0), expired(0)]],
    ['time that goes back', [issued(0, 'worker-1#1', { atMs: 5 }), used(0, 'worker-1#1', 4)]],
    ['an archive of what was never there', [issued(0), audited(2)]],
    ['an archive that goes back', [issued(0), used(0), audited(2), audited(1)]],
    ['an admission without a use', [issued(0), admitted('o')]],
    ['a commit without a use', [issued(0), used(0), admitted('o'), settled('o', 0)]],
    ['a commit with the use of another generation', [issued(1), used(1), settled('o', 0)]],
  ],
});

/** Clocks that run with the true time, and say that they may be off by a hundredth. */
const latched = () =>
  timed((trueMs) => leaseLatched({ trueMs, monotonicMs: () => trueMs(), driftPpmMax: 10_000 }));

describeOracle(latched, {
  holds: [
    ['an act in time', [issued(0), leased('worker-1', 0, 90), at(89, acts('worker-1', 0))]],
    [
      'an effect in time',
      [
        issued(0),
        leased('worker-1', 0, 90),
        asked('c', 'admit', { subject: 'o' }),
        at(89, begins('worker-1')),
      ],
    ],
    ['a takeover at the very end', [issued(0), at(100, expired(0)), issued(1, 'worker-2#1', { atMs: 100 })]],
    [
      'a renewal, counted from when it was asked for',
      [
        issued(0),
        at(60, renewed(0, 50, 60)),
        leased('worker-1', 0, 140),
        at(139, acts('worker-1', 0)),
        at(150, expired(0, 'worker-1#1', 150)),
      ],
    ],
    ['a renewal that changes nothing', [issued(0), at(1, renewed(0, 0, 1)), at(100, expired(0))]],
    [
      'an authority that was away, and begins where it ended',
      [issued(0), at(500, used(0, 'worker-1#1', 20))],
    ],
  ],
  broken: [
    ['L1: a use at exactly the end', [issued(0), at(100, used(0, 'worker-1#1', 100))]],
    [
      'L1: a refusal that does not notice the end',
      [issued(0), at(100, denied('claim', 'worker-2#1', 'OWNERSHIP_ALREADY_CLAIMED', 100))],
    ],
    ['an expiry before its time', [issued(0), at(99, expired(0, 'worker-1#1', 99))]],
    ['an expiry without a lease', [at(100, expired(0))]],
    ['a takeover before the end', [issued(0), at(50, issued(1, 'worker-2#1', { atMs: 50 }))]],
    ['L4: a renewal after the end', [issued(0), at(101, renewed(0, 101))]],
    ['a renewal after it was latched', [issued(0), at(100, expired(0)), renewed(0, 100)]],
    ['a renewal that shortens', [issued(0, 'worker-1#1', { atMs: 5 }), at(6, renewed(0, 2, 6))]],
    ['a renewal from the future', [issued(0), at(6, renewed(0, 20, 6))]],
    ['a lease from the future', [at(10, issued(0, 'worker-1#1', { issuedAtMs: 20, atMs: 10 }))]],
    ['L2: a time that has not come', [issued(0), at(10, used(0, 'worker-1#1', 50))]],
    [
      'an act after the end by its own clock',
      [issued(0), leased('worker-1', 0, 90), at(90, acts('worker-1', 0))],
    ],
    [
      'L5: an act after the end in true time',
      [issued(0), leased('worker-1', 0, 500), at(99, acts('worker-1', 0))],
    ],
    ['an act without a lease', [issued(0), acts('worker-1', 0)]],
    [
      'O2: an effect after the end by its own clock, whatever was asked before',
      [
        issued(0),
        leased('worker-1', 0, 90),
        asked('c', 'admit', { subject: 'o' }),
        at(89, acts('worker-1', 0)),
        at(90, begins('worker-1')),
      ],
    ],
    [
      'O2: an effect after the loss',
      [
        issued(0),
        leased('worker-1', 0, 90),
        asked('c', 'admit', { subject: 'o' }),
        lost('worker-1', 0),
        begins('worker-1'),
      ],
    ],
  ],
});
