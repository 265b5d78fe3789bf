import { StoreNode, type StoreOptions } from '../../src/node/store/store-node.js';
import { storeRooms } from '../../src/node/store/store-rooms.js';
import type { Computation } from '../../src/remote/computation.js';
import type { ComputationHandler } from '../../src/remote/computation-registry.js';
import type { Life } from '../kernel/process.js';
import { fleetSecret } from './authority-service.js';
import type { FleetPorts, FleetProgram } from './fleet.js';
import type { Audit, Service } from './service.js';
import { type Shadow, stateDigest } from './shadow.js';
import { tellDedup } from './tell-dedup.js';
import { segmentsTeller } from './tell-segments.js';

/** The name of the store on the network. */
export const storeName = 'store';

/** Records are kept for longer than anybody asks again: an effect must not be forgotten while its step may be run. */
const limits: Pick<StoreOptions, 'dedup' | 'segments'> = {
  dedup: { recordsMax: 512, sessionsMax: 32, retentionMs: 120_000 },
  segments: { bytesMax: 65_536, holdsMax: 256, tombstoneMs: 120_000 },
};

/** What the store of a fleet carries out besides segments, in one of its lives. */
export type StoreBindings = (life: Life) => Iterable<readonly [Computation, ComputationHandler]>;

/** The store as something that a server can run. */
export class StoreService implements Service {
  readonly node: StoreNode;
  readonly stopped: Promise<unknown>;

  private constructor(node: StoreNode) {
    this.node = node;
    this.stopped = node.failure;
  }

  static async open(
    { ports, network, options, life }: FleetPorts,
    bindings: StoreBindings,
  ): Promise<StoreService> {
    const computations = bindings(life);
    return new StoreService(
      await StoreNode.open(ports, network, { ...options, ...limits, secret: fleetSecret, computations }),
    );
  }

  get lastLsn(): number {
    return this.node.lastLsn;
  }

  async audit(): Promise<Audit> {
    const { lsn, state } = await this.node.durableState();
    return { lsn, digest: stateDigest(state) };
  }
}

/** The store of a fleet. */
export function storeProgram(bindings: StoreBindings): FleetProgram<StoreService> {
  const tellSegments = segmentsTeller(storeName);
  return {
    name: storeName,
    makeShadow: shadowOfStore,
    tell: ({ room, value }) => (room === 'segments' ? tellSegments(value) : tellDedup(value, storeName)),
    open: (ports) => StoreService.open(ports, bindings),
  };
}

/** Stands for the states of the rooms, by their names. */
function shadowOfStore(): Shadow {
  const { dedup, segments } = storeRooms(limits);
  const rooms = [dedup, segments];
  return {
    fold({ room: name, value }, lsn) {
      rooms.find((room) => room.name === name)?.replay(value, lsn);
    },
    digest: () => stateDigest(Object.fromEntries(rooms.map((room) => [room.name, room.capture()]))),
  };
}
