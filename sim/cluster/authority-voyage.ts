import type { Simulation } from '../kernel/simulation.js';
import { auditComplete } from '../oracles/audit-complete.js';
import { authorityLinearizable } from '../oracles/authority-linearizable.js';
import { converges } from '../oracles/converges.js';
import { fenced } from '../oracles/fenced.js';
import { leaseLatched } from '../oracles/lease-latched.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { singleOwner } from '../oracles/single-owner.js';
import { witnessSingleUse } from '../oracles/witness-single-use.js';
import { authorityName, authorityProgram, leaseTtlMs } from './authority-service.js';
import { closeSessions } from './closer.js';
import { Fleet, type Storm } from './fleet.js';
import type { Contest, ContestedSession, HolderAct } from './contest.js';
import { Holder } from './holder.js';

/** The invariants that a voyage of the authority judges. */
export const authorityInvariants = [
  'audit-complete',
  'authority-linearizable',
  'converges',
  'fenced',
  'lease-latched',
  'recovered-prefix',
  'replay-equivalence',
  'single-owner',
  'witness-single-use',
] as const;

const holdersMax = 4;
const closerName = 'closer';

/** An authority, and holders that want the same few sessions. */
export function sailAuthority(
  simulation: Simulation,
  voyage: {
    readonly storm: Storm;
    /** What holders do, the likeliest most often. */
    readonly acts: readonly [HolderAct, ...HolderAct[]];
  },
): void {
  const { tape } = simulation;
  const { storm, acts } = voyage;
  const holders = Array.from(
    { length: tape.between('voyage.holders', 2, holdersMax) },
    (_, index) => `holder-${index}`,
  );
  const fleet = new Fleet(simulation, {
    storm,
    nodes: [authorityName, closerName, ...holders],
    oracles: (time) => [
      auditComplete(),
      authorityLinearizable({
        ...time,
        leaseTtlMs,
        onDecided: (isDecided) => simulation.sometimes('a history of the authority is judged', isDecided),
      }),
      converges(),
      fenced(),
      leaseLatched(time),
      noSilentCorruption(),
      recoveredPrefix(),
      replayEquivalence(),
      singleOwner(),
      witnessSingleUse(),
    ],
  });
  const contest: Contest = {
    bench: fleet.bench,
    tape,
    sessions: [
      { id: 'session-0', policy: 'claimable' },
      ...Array.from({ length: tape.draw('voyage.sessions', 3) }, (_, index): ContestedSession => ({
        id: `session-${index + 1}`,
        policy: tape.pick('voyage.policy', ['claimable', 'fail_closed']),
      })),
    ],
    owners: new Map(),
    operations: new Map(),
    acts,
    isOver: () => simulation.nowMs >= storm.stormMs,
  };
  fleet.launch(authorityProgram([]));
  const peers = holders.map((name) =>
    fleet.join(name, (ports, life) => new Holder(ports, life, contest).run()),
  );
  Promise.all(peers.map(({ done }) => done))
    .then(() => {
      fleet.join(closerName, (ports, life) => closeSessions(ports, life, contest));
      return fleet.end();
    })
    .catch((error: unknown) => simulation.uncaught('voyage', error));
}
