import { digestHex } from '../../src/codec/digest.js';
import { unlessUnanswered } from '../../src/node/worker/persistence.js';
import { canonicalRequest } from '../../src/remote/canonical-request.js';
import { sealCapability } from '../../src/remote/capability-seal.js';
import { labelOf } from '../../src/remote/computation.js';
import { encodeExecuteRequest } from '../../src/remote/execute-request.js';
import { deriveKey } from '../../src/remote/idempotency-key.js';
import { Requests } from '../../src/requests/requests.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Tape } from '../kernel/tape.js';
import { exactlyOnceEffect } from '../oracles/exactly-once-effect.js';
import { fenced } from '../oracles/fenced.js';
import { noSilentCorruption } from '../oracles/no-silent-corruption.js';
import { oneKeyOneInput } from '../oracles/one-key-one-input.js';
import { recoveredPrefix } from '../oracles/recovered-prefix.js';
import { replayEquivalence } from '../oracles/replay-equivalence.js';
import { fleetSecret } from './authority-service.js';
import { Fleet, type Storm } from './fleet.js';
import { numbered } from './numbered.js';
import { encodeOrder, orderComputation, orderHandler } from './order.js';
import { Outside } from './outside.js';
import type { PeerPorts } from './peer.js';
import { storeName, storeProgram } from './store-service.js';

/** The invariants that a voyage of a store judges. */
export const storeInvariants = [
  'exactly-once-effect',
  'fenced',
  'no-silent-corruption',
  'one-key-one-input',
  'recovered-prefix',
  'replay-equivalence',
] as const;

const askersMax = 4;
const sessionsMax = 2;
const operationsMax = 40;
const thinkMsMax = 60;
const deadlineMs = 400;

/** Who owns what, as an authority would have granted it: by session, its latest generation. */
type Generations = Map<string, number>;

/** What those who ask the store share. */
interface Orders {
  readonly tape: Tape;
  readonly sessions: readonly [string, ...string[]];
  readonly generations: Generations;
  readonly isOver: () => boolean;
}

/** A store, and owners of the same few sessions that take over from each other all the time, and do not know yet when they are fenced off. */
export function sailStore(simulation: Simulation, storm: Storm): void {
  const { tape } = simulation;
  const askers = numbered('asker', tape.between('voyage.askers', 2, askersMax));
  const fleet = new Fleet(simulation, {
    storm,
    nodes: [storeName, 'asker-1', ...askers.slice(1)],
    oracles: () => [
      exactlyOnceEffect(),
      fenced(),
      noSilentCorruption(),
      oneKeyOneInput(),
      recoveredPrefix(),
      replayEquivalence(),
    ],
  });
  const outside = new Outside(simulation, fleet.bench);
  fleet.launch(storeProgram((life) => [[orderComputation, orderHandler(life, outside)]]));
  const orders: Orders = {
    tape,
    sessions: numbered('session', tape.between('voyage.sessions', 1, sessionsMax)),
    generations: new Map(),
    isOver: () => simulation.nowMs >= storm.stormMs,
  };
  const peers = askers.map((name) => fleet.join(name, (ports) => order(ports, orders)));
  Promise.all(peers.map(({ done }) => done))
    .then(() => fleet.end())
    .catch((error: unknown) => simulation.uncaught('voyage', error));
}

/** Asks for the steps of operations, in the latest generation of their session, in the next one, or in the one before. */
async function order(ports: PeerPorts, { tape, sessions, generations, isOver }: Orders): Promise<void> {
  const requests = new Requests(ports, ports.network);
  while (!isOver()) {
    await ports.clock.sleep(1 + tape.draw('asker.think', thinkMsMax));
    const session = tape.pick('asker.session', sessions);
    const latest = generations.get(session) ?? 1;
    const generation = Math.max(1, latest + tape.pick('asker.generation', [0, 0, 1, -1]));
    generations.set(session, Math.max(latest, generation));
    const operation = `${session}.op-${tape.draw('asker.operation', operationsMax)}`;
    const answer = requests.ask(storeName, orderOf(session, generation, operation), { deadlineMs });
    await unlessUnanswered(answer);
  }
  requests.close();
}

/** The one step of an operation: the same request whoever asks, and in whichever generation. */
function orderOf(
  sessionId: string,
  generation: number,
  operation: string,
): ReturnType<typeof encodeExecuteRequest> {
  const id = Buffer.from(operation);
  const computations = [labelOf(orderComputation)];
  const input = encodeOrder({ operation, step: 'order' });
  return encodeExecuteRequest({
    capability: sealCapability(fleetSecret, { sessionId, generation, computations, grantedForMs: 1000 }),
    identity: { kind: 'step', flow: deriveKey(id), object: digestHex(id).slice(0, 32), step: 'order' },
    request: canonicalRequest({ computation: orderComputation, input }),
    trace: { traceId: operation, sagaId: null, attempt: 1, epoch: generation, simulation: null },
  });
}
