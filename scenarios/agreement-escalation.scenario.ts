import { agreementInvariants, sailAgreement } from '../sim/cluster/agreement-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';
import { crashFaultKinds } from '../sim/nemesis/crash-schedule.js';

const diskFaults = [
  'disk.lost-unsynced',
  'disk.reordered',
  'disk.torn',
  'disk.lost-directory-entry',
  'disk.eio-sync',
  'disk.no-space',
  'disk.stall',
  'disk.blocked',
] as const;

/** Operations that are agreed upon, while the one node that keeps the agreement crashes and its disk blocks and fails. */
export const agreementEscalation: Scenario = {
  name: 'agreement-escalation',
  summary:
    'operations climb the levels of agreement and cross gates, through crashes, blocked and failed syncs',
  schema: 1,
  faults: [...crashFaultKinds, ...diskFaults],
  invariants: agreementInvariants,
  eventsMax: 100_000,
  timeMaxMs: 600_000,
  sail: (simulation) => sailAgreement(simulation, { diskFaults, crashes: 'anywhere' }),
};
