import { SessionsClient } from '../../src/node/authority/sessions-client.js';
import { unlessUnanswered } from '../../src/node/worker/persistence.js';
import { Requests } from '../../src/requests/requests.js';
import { isEnded } from '../../src/sessions/status.js';
import type { Life } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import { sessionConformance } from '../oracles/session-conformance.js';
import { authorityName, sessionsLimits } from './authority-service.js';
import type { DrawnProtocol } from './drawn-protocol.js';
import { Endpoint, type EndpointAct, type Traffic } from './endpoint.js';
import type { Storm } from './fleet.js';
import { ownersInvariants } from './owners-oracles.js';
import { sailOwners } from './owners-voyage.js';
import type { PeerPorts } from './peer.js';

/** The invariants that a voyage of protocol sessions judges. */
export const sessionInvariants = [...ownersInvariants, 'session-conformance'] as const;

const endpointsMax = 4;

/** An authority, and endpoints that talk in sessions which it hosts, and fight for those that guard them. */
export function sailSessions(
  simulation: Simulation,
  voyage: {
    readonly storm: Storm;
    /** What endpoints do, the likeliest most often. */
    readonly acts: readonly [EndpointAct, ...EndpointAct[]];
  },
): void {
  const { storm, acts } = voyage;
  const endpoints = simulation.tape.between('voyage.endpoints', 2, endpointsMax);
  const plans = new Map<string, DrawnProtocol>();
  sailOwners(simulation, {
    storm,
    names: Array.from({ length: endpoints }, (_, index) => `endpoint-${index}`),
    furtherMax: 3,
    oracles: [sessionConformance({ plans, ...sessionsLimits })],
    share: (shared): Traffic => ({ ...shared, plans, sids: [], acts }),
    peer: (ports, life, traffic) => new Endpoint(ports, life, traffic).run(),
    last: { onlooker: seeAllEnd },
  });
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
