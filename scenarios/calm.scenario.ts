import { agreementInvariants, sailAgreement } from '../sim/cluster/agreement-voyage.js';
import type { Scenario } from '../sim/kernel/voyage.js';

/** A day without faults: what fails here is no matter of crashes. */
export const calm: Scenario = {
  name: 'calm',
  summary: 'the agreement workload on a day without faults',
  schema: 1,
  faults: [],
  invariants: agreementInvariants.filter((invariant) => invariant !== 'no-silent-corruption'),
  eventsMax: 100_000,
  timeMaxMs: 600_000,
  sail: (simulation) => sailAgreement(simulation, { diskFaults: [], crashes: 'nowhere' }),
};
