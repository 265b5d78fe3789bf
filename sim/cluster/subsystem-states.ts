import { agreementStates } from '../../src/agreement/entry.js';
import { evidenceStates } from '../../src/evidence/entry.js';
import { logStates } from '../../src/log/log.js';
import { ledgerStates } from '../../src/node/authority/ledger-entry.js';
import { submissionStates } from '../../src/node/submissions.js';
import { leaseStates } from '../../src/node/worker/session-holder.js';
import { operationStates } from '../../src/operations/entry.js';
import { ownershipStates } from '../../src/ownership/entry.js';
import { bulkheadStates } from '../../src/remote/bulkhead-state.js';
import { dedupStates } from '../../src/remote/dedup-entry.js';
import { segmentStates } from '../../src/remote/segments-entry.js';
import { locatorStates } from '../../src/sagas/locator.js';
import { sagaStates } from '../../src/sagas/entry.js';
import { sessionStates } from '../../src/sessions/entry.js';
import { stepStates } from '../../src/steps/entry.js';
import type { SubsystemStates } from '../kernel/coverage.js';

/** All that the engine's subsystems can tell a probe of their states, under the names that they tell. */
export const subsystemStates: SubsystemStates = {
  agreement: agreementStates,
  bulkhead: bulkheadStates,
  dedup: dedupStates,
  evidence: evidenceStates,
  ledger: ledgerStates,
  leases: leaseStates,
  locator: locatorStates,
  log: logStates,
  operations: operationStates,
  ownership: ownershipStates,
  sagas: sagaStates,
  segments: segmentStates,
  sessions: sessionStates,
  steps: stepStates,
  submissions: submissionStates,
};
