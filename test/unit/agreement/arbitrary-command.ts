import * as fc from 'fast-check';
import type { AgreementCommand } from '../../../src/agreement/command.js';
import { agreementLevels, finalizationOutcomes } from '../../../src/agreement/level.js';
import type { AgreementEvidence, AgreementRule } from '../../../src/agreement/records.js';
import { contract, prestate } from './fixtures.js';

/** Few names, so that commands meet the same operation, participant and evidence again and again. */
const operationId = fc.constantFrom('op#1', 'op#1', 'op#1', 'op#2');
const participants = ['alice', 'bob'];
const levels = fc.constantFrom(...agreementLevels);
const tick = fc.nat(9);
const id = fc.option(fc.constant('id'), { freq: 4 });

const rule: fc.Arbitrary<AgreementRule> = fc.constantFrom<AgreementRule>(
  { kind: 'no_agreement' },
  { kind: 'any_participant' },
  { kind: 'unanimous' },
  { kind: 'threshold', requiredParticipants: 2 },
  { kind: 'threshold', requiredParticipants: 3 },
);

/** Mostly what the rules ask for, now and then not. */
function evidenceOf(operation: string): fc.Arbitrary<AgreementEvidence> {
  const word = fc.record<AgreementEvidence>({
    evidenceId: fc.constantFrom('alice', 'bob', 'fact'),
    operationId: fc.constant(operation),
    session: fc.constantFrom(null, null, null, 1),
    ownerId: fc.constantFrom('alice', 'bob', 'authority', 'mallory', null),
    level: levels,
    kind: fc.constantFrom('witness', 'commit_fact', 'certificate'),
    reference: fc.constant('ref'),
    authoritative: fc.boolean(),
  });
  const good = fc.constantFrom('alice', 'bob', 'fact').map<AgreementEvidence>((name) => ({
    evidenceId: name,
    operationId: operation,
    session: null,
    ownerId: name === 'fact' ? 'authority' : name,
    level: name === 'fact' ? 'finalized' : 'soft_safe',
    kind: name === 'fact' ? 'commit_fact' : 'witness',
    reference: 'ref',
    authoritative: true,
  }));
  return fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: word });
}

const register = fc
  .record({
    operation: operationId,
    rule,
    visibility: fc.constantFrom('immediate' as const, 'pending' as const, 'blocked_until_finalized' as const),
    usableAt: levels,
    tick,
  })
  .map<AgreementCommand>(({ operation, tick: at, ...terms }) => ({
    kind: 'register',
    contract: contract({ operationId: operation, ...terms }),
    participants,
    prestate: prestate(operation),
    tick: at,
  }));

const submit = operationId.chain((operation) =>
  fc.record({
    kind: fc.constant('submit_evidence' as const),
    operationId: fc.constant(operation),
    evidence: fc.oneof(
      { weight: 9, arbitrary: evidenceOf(operation) },
      { weight: 1, arbitrary: evidenceOf('op#2') },
    ),
    tick,
  }),
);

const leaning = fc.constantFrom(null, 'alice', 'bob', 'fact', 'missing');

const escalate = fc.record({
  kind: fc.constant('escalate' as const),
  operationId,
  previousLevel: fc.oneof({ weight: 3, arbitrary: fc.constant('provisional' as const) }, levels),
  newLevel: fc.oneof({ weight: 3, arbitrary: fc.constant('soft_safe' as const) }, levels),
  evidenceId: leaning,
  tick,
});

const certify = submit.map<AgreementCommand>((command) => ({ ...command, kind: 'certify' }));

const finalize = fc.record({
  kind: fc.constant('finalize' as const),
  operationId,
  outcome: fc.constantFrom('finalized', 'finalized', 'finalized', ...finalizationOutcomes),
  evidenceId: fc.oneof({ weight: 3, arbitrary: fc.constant('fact') }, leaning),
  materializationProofId: id,
  canonicalHandleId: id,
  tick,
});

const crossGate = fc.record({
  kind: fc.constant('cross_gate' as const),
  operationId,
  downstreamCoroutineId: fc.constantFrom('coro:0', 'coro:1'),
  gateLevel: levels,
  tick,
});

const walSync = operationId.chain((operation) =>
  fc.record({
    kind: fc.constant('wal_sync' as const),
    request: fc.record({
      operationId: fc.constant(operation),
      downstreamCoroutineId: fc.constantFrom('coro:0', 'coro:1'),
      gateLevel: levels,
      agreementState: fc.option(
        fc.record({
          operationId: fc.constantFrom(operation, operation, operation, 'op#2'),
          session: fc.constant(null),
          ownerId: fc.constant('authority'),
          contractName: fc.constant(`agreement:${operation}`),
          level: levels,
          finalization: fc.option(fc.constantFrom(...finalizationOutcomes)),
          evidenceIds: fc.uniqueArray(fc.constantFrom('alice', 'bob', 'fact'), { maxLength: 2 }),
          lastUpdatedTick: fc.constant(null),
          reason: fc.constant(null),
        }),
        { freq: 4 },
      ),
      agreementEvidence: fc.array(evidenceOf(operation), { maxLength: 3 }),
      tick,
    }),
    materializationProofId: id,
    canonicalHandleId: id,
  }),
);

const forget = fc.record({ kind: fc.constant('forget' as const), operationId, tick });

/** Anything that may be asked of the agreement room, in proportions that get operations to every level and outcome. */
export const arbitraryCommand: fc.Arbitrary<AgreementCommand> = fc.oneof(
  { weight: 3, arbitrary: register },
  { weight: 6, arbitrary: submit },
  { weight: 3, arbitrary: escalate },
  { weight: 2, arbitrary: certify },
  { weight: 3, arbitrary: finalize },
  { weight: 4, arbitrary: crossGate },
  { weight: 4, arbitrary: walSync },
  { weight: 1, arbitrary: forget },
);
