import type { Scenario } from '../sim/kernel/voyage.js';
import { agreementEscalation } from './agreement-escalation.scenario.js';
import { barrierUnderRetention } from './barrier-under-retention.scenario.js';
import { ambiguousCharge } from './ambiguous-charge.scenario.js';
import { approvalAndTimer } from './approval-and-timer.scenario.js';
import { bulkheadBurst } from './bulkhead-burst.scenario.js';
import { calm } from './calm.scenario.js';
import { compactionSharedSegments } from './compaction-shared-segments.scenario.js';
import { crashInRecovery } from './crash-in-recovery.scenario.js';
import { duplicateSubmit } from './duplicate-submit.scenario.js';
import { everything } from './everything.scenario.js';
import { evictionRace } from './eviction-race.scenario.js';
import { feedSlowReader } from './feed-slow-reader.scenario.js';
import { judgedFrom } from './judged-from.js';
import { leaseExpiryMidEffect } from './lease-expiry-mid-effect.scenario.js';
import { logCrashStorm } from './log-crash-storm.scenario.js';
import { logRottingDisk } from './log-rotting-disk.scenario.js';
import { orderSaga } from './order-saga.scenario.js';
import { programChange } from './program-change.scenario.js';
import { splitWitness } from './split-witness.scenario.js';
import { sessionTraffic } from './session-traffic.scenario.js';
import { storeFence } from './store-fence.scenario.js';
import { takeoverChain } from './takeover-chain.scenario.js';
import { transferRace } from './transfer-race.scenario.js';
import { workflowCrashStorm } from './workflow-crash-storm.scenario.js';
import { zombieOwner } from './zombie-owner.scenario.js';

const voyages: readonly Scenario[] = [
  calm,
  logCrashStorm,
  logRottingDisk,
  agreementEscalation,
  workflowCrashStorm,
  crashInRecovery,
  duplicateSubmit,
  barrierUnderRetention,
  feedSlowReader,
  ambiguousCharge,
  approvalAndTimer,
  programChange,
  transferRace,
  zombieOwner,
  sessionTraffic,
  storeFence,
  leaseExpiryMidEffect,
  bulkheadBurst,
  takeoverChain,
  splitWitness,
  orderSaga,
  evictionRace,
  compactionSharedSegments,
  everything,
];

/** All voyages, in the order in which a campaign takes them, with what is known of each of them. */
export const scenarios: readonly Scenario[] = voyages.map((scenario) => ({
  ...scenario,
  judgedFrom: Object.fromEntries(
    Object.entries(judgedFrom[scenario.name] ?? {}).flatMap(([runs, subjects]) =>
      subjects.split(', ').map((subject) => [subject, Number(runs)]),
    ),
  ),
}));
