import * as fc from 'fast-check';
import { effectFailureKinds } from '../../../src/agreement/wal-sync.js';
import type { EvidenceCommand } from '../../../src/evidence/command.js';
import type { EffectOutcome } from '../../../src/evidence/outcome.js';
import { fingerprintOf } from '../../../src/evidence/request-fingerprint.js';
import { leased, written } from './fixtures.js';

const operations = fc.constantFrom('op#1', 'op#2', 'op#3');

const outcome: fc.Arbitrary<EffectOutcome> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(written) },
  { weight: 2, arbitrary: fc.constant(leased) },
  { weight: 1, arbitrary: fc.constant<EffectOutcome>({ status: 'blocked' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...effectFailureKinds).map<EffectOutcome>((kind) => ({
      status: 'failure',
      kind,
      message: 'down',
    })),
  },
);

const fingerprints = ['a', 'b'].map((path) => fingerprintOf('Storage', 'write', { path }));

/** Few ids, each mostly of one operation and one request, so that commands meet the same evidence again and again. */
const record = fc
  .record({
    number: fc.nat(8),
    isForeign: fc.nat(9).map((chance) => chance === 0),
    fingerprint: fc.constantFrom(...fingerprints, ...fingerprints.slice(0, 1), ...fingerprints.slice(0, 1)),
    interfaceName: fc.constantFrom('Storage', 'Storage', 'Storage', 'Storage', 'Guard'),
    leaseInRequest: fc.boolean(),
    outcome,
  })
  .map<EvidenceCommand>(({ number, isForeign, ...evidence }) => ({
    kind: 'record',
    evidence: {
      evidenceId: `evidence#${number}`,
      operationId: `op#${1 + ((number + (isForeign ? 1 : 0)) % 3)}`,
      operationName: 'write',
      ...evidence,
    },
  }));

const release = operations.map<EvidenceCommand>((operationId) => ({ kind: 'release', operationId }));

const forget = operations.map<EvidenceCommand>((operationId) => ({ kind: 'forget', operationId }));

/** Anything that may be asked of the cache, in proportions that fill it, empty it and fill it again. */
export const arbitraryCommand: fc.Arbitrary<EvidenceCommand> = fc.oneof(
  { weight: 10, arbitrary: record },
  { weight: 2, arbitrary: release },
  { weight: 1, arbitrary: forget },
);
