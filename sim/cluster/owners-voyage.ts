import type { NodeName } from '../../src/runtime/network.js';
import type { Oracle } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Tape } from '../kernel/tape.js';
import type { Fact } from '../oracles/facts.js';
import { ownersOracles } from './owners-oracles.js';
import { authorityName, authorityProgram } from './authority-service.js';
import { plenty } from './fleet-limits.js';
import { closeSessions } from './closer.js';
import type { Contest, ContestedSession } from './contest.js';
import { Fleet, type Storm } from './fleet.js';
import type { PeerPorts } from './peer.js';

const closerName = 'closer';

/** What peers share in every such voyage. */
type Shared = Pick<Contest, 'bench' | 'tape' | 'sessions' | 'operations' | 'isOver'>;

/** What one life of a peer does. */
type PeerProgram<Sharing> = (ports: PeerPorts, life: Life, shared: Sharing) => Promise<void>;

/** How a voyage of owners differs from others. */
interface OwnersVoyage<Sharing> {
  readonly storm: Storm;
  readonly names: readonly NodeName[];
  /** There are so many sessions at most besides the first one. */
  readonly furtherMax: number;
  /** Judges besides those of the authority. */
  readonly oracles: readonly Oracle<Fact>[];
  readonly share: (shared: Shared) => Sharing;
  readonly peer: PeerProgram<Sharing>;
  /** Who comes when all others have gone, the one that closes everything too. */
  readonly last: Readonly<Record<NodeName, PeerProgram<Sharing>>>;
}

/** An authority, peers that want the same few sessions of it, and those that come last. */
export function sailOwners<Sharing>(simulation: Simulation, voyage: OwnersVoyage<Sharing>): void {
  const { tape } = simulation;
  const { storm, names, furtherMax, peer } = voyage;
  const last = Object.entries(voyage.last);
  const fleet = new Fleet(simulation, {
    storm,
    nodes: [authorityName, closerName, ...last.map(([name]) => name), ...names],
    oracles: (time) => [...ownersOracles(simulation, time), ...voyage.oracles],
  });
  const common: Shared = {
    bench: fleet.bench,
    tape,
    sessions: drawSessions(tape, furtherMax),
    operations: new Map(),
    isOver: () => simulation.nowMs >= storm.stormMs,
  };
  const shared = voyage.share(common);
  const join = (name: NodeName, program: PeerProgram<Sharing>): Promise<void> =>
    fleet.join(name, (ports, life) => program(ports, life, shared)).done;
  fleet.launch(authorityProgram([], plenty.ledger));
  Promise.all(names.map((name) => join(name, peer)))
    .then(async () => {
      await fleet.join(closerName, (ports, life) => closeSessions(ports, life, common)).done;
      // Until then a late message may begin something that they would not wait for. session-traffic 31000583.
      for (const [name, program] of last) void join(name, program);
      return fleet.end();
    })
    .catch((error: unknown) => simulation.uncaught('voyage', error));
}

/** The first one can always be claimed, so that there is something to fight for to the end. */
function drawSessions(tape: Tape, furtherMax: number): Contest['sessions'] {
  return [
    { id: 'session-0', policy: 'claimable' },
    ...Array.from({ length: tape.draw('voyage.sessions', furtherMax + 1) }, (_, index): ContestedSession => ({
      id: `session-${index + 1}`,
      policy: tape.pick('voyage.policy', ['claimable', 'fail_closed']),
    })),
  ];
}
