import type { Simulation } from '../kernel/simulation.js';
import { witnessSingleUse } from '../oracles/witness-single-use.js';
import { ownersInvariants } from './owners-oracles.js';
import type { Contest, HolderAct } from './contest.js';
import type { Storm } from './fleet.js';
import { Holder } from './holder.js';
import { sailOwners } from './owners-voyage.js';

/** The invariants that a voyage of the authority judges. */
export const authorityInvariants = [...ownersInvariants, 'witness-single-use'] as const;

const holdersMax = 4;

/** An authority, and holders that want the same few sessions. */
export function sailAuthority(
  simulation: Simulation,
  voyage: {
    readonly storm: Storm;
    /** What holders do, the likeliest most often. */
    readonly acts: readonly [HolderAct, ...HolderAct[]];
  },
): void {
  const { storm, acts } = voyage;
  const holders = simulation.tape.between('voyage.holders', 2, holdersMax);
  sailOwners(simulation, {
    storm,
    names: Array.from({ length: holders }, (_, index) => `holder-${index}`),
    furtherMax: 2,
    oracles: [witnessSingleUse()],
    share: (shared): Contest => ({ ...shared, owners: new Map(), acts }),
    peer: (ports, life, contest) => new Holder(ports, life, contest).run(),
    last: {},
  });
}
