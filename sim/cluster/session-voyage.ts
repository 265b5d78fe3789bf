import { SessionsClient } from '../../src/node/authority/sessions-client.js';
import { unlessUnanswered } from '../../src/node/worker/persistence.js';
import { Requests } from '../../src/requests/requests.js';
import { isEnded } from '../../src/sessions/status.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import { auditComplete } from '../oracles/audit-complete.js';
import { authorityLinearizable } from '../oracles/authority-linearizable.js';
import { converges } from '../oracles/converges.js';
import { fenced } from '../oracles/fenced.js';
import { leaseLatched } from '../oracles/lease-latched.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { sessionConformance } from '../oracles/session-conformance.js';
import { singleOwner } from '../oracles/single-owner.js';
import { authorityName, authorityProgram, leaseTtlMs, sessionsLimits } from './authority-service.js';
import { closeSessions } from './closer.js';
import type { DrawnProtocol } from './drawn-protocol.js';
import { Endpoint, type EndpointAct, type Traffic } from './endpoint.js';
import { Fleet, type Storm } from './fleet.js';
import type { ContestedSession } from './contest.js';
import type { PeerPorts } from './peer.js';

/** The invariants that a voyage of protocol sessions judges. */
export const sessionInvariants = [
  'audit-complete',
  'authority-linearizable',
  'converges',
  'fenced',
  'lease-latched',
  'recovered-prefix',
  'replay-equivalence',
  'session-conformance',
  'single-owner',
] as const;

const endpointsMax = 4;
const closerName = 'closer';
const onlookerName = 'onlooker';

/** An authority, and endpoints that talk in sessions which it hosts, and fight for those that guard them. */
export function sailSessions(
  simulation: Simulation,
  voyage: {
    readonly storm: Storm;
    /** What endpoints do, the likeliest most often. */
    readonly acts: readonly [EndpointAct, ...EndpointAct[]];
  },
): void {
  const { tape } = simulation;
  const { storm, acts } = voyage;
  const names = Array.from(
    { length: tape.between('voyage.endpoints', 2, endpointsMax) },
    (_, index) => `endpoint-${index}`,
  );
  const plans = new Map<string, DrawnProtocol>();
  const fleet = new Fleet(simulation, {
    storm,
    nodes: [authorityName, closerName, onlookerName, ...names],
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
      sessionConformance({ plans, ...sessionsLimits }),
      singleOwner(),
    ],
  });
  const { bench } = fleet;
  const traffic: Traffic = {
    bench,
    tape,
    guards: [
      { id: 'session-0', policy: 'claimable' },
      ...Array.from({ length: tape.draw('voyage.sessions', 4) }, (_, index): ContestedSession => ({
        id: `session-${index + 1}`,
        policy: tape.pick('voyage.policy', ['claimable', 'fail_closed']),
      })),
    ],
    plans,
    sids: [],
    acts,
    isOver: () => simulation.nowMs >= storm.stormMs,
  };
  fleet.launch(authorityProgram([]));
  const peers = names.map((name) =>
    fleet.join(name, (ports, life) => new Endpoint(ports, life, traffic).run()),
  );
  Promise.all(peers.map(({ done }) => done))
    .then(() => {
      const ended = { bench, sessions: traffic.guards, operations: new Map<string, string>() };
      fleet.join(closerName, (ports, life) => closeSessions(ports, life, ended));
      fleet.join(onlookerName, (ports, life) => seeAllEnd(ports, life, traffic));
      return fleet.end();
    })
    .catch((error: unknown) => simulation.uncaught('voyage', error));
}

/** Waits until every session has ended, with what guards it. */
async function seeAllEnd(ports: PeerPorts, life: Life, { bench, sids }: Traffic): Promise<void> {
  const { name: node } = life.process;
  const requests = new Requests(ports, ports.network);
  const sessions = new SessionsClient(requests, authorityName, { deadlineMs: 1000 });
  const wait = async (request: string, isOver: () => Promise<boolean>): Promise<void> => {
    bench.observe({ kind: 'client.asked', node, request });
    while ((await unlessUnanswered(isOver())) !== true) await ports.clock.sleep(50);
    bench.observe({ kind: 'client.answered', node, request, answer: 'ended' });
  };
  for (const sid of sids) {
    await wait(`ended-${sid}`, async () => {
      const view = await sessions.view(sid);
      return view === null || isEnded(view.status);
    });
  }
  await wait('ended-all', async () => (await sessions.memoryUsage()).liveSessions === 0);
  requests.close();
}
