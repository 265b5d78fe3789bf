import { AuthorityNode, type AuthorityNodeOptions } from '../../src/node/authority/authority-node.js';
import type { LedgerLimits } from '../../src/node/authority/ledger-limits.js';
import { ledgerProjection } from '../../src/node/authority/ledger-projection.js';
import { Room } from '../../src/node/room.js';
import type { OwnershipLimits } from '../../src/ownership/limits.js';
import { ownershipProjection } from '../../src/ownership/projection.js';
import type { SessionsLimits } from '../../src/sessions/limits.js';
import { sessionsProjection } from '../../src/sessions/projection.js';
import type { FleetProgram, FleetPorts } from './fleet.js';
import type { Audit, Service } from './service.js';
import { shadowOfRooms, stateDigest } from './shadow.js';
import { tellAuthority } from './tell-authority.js';

/** The name of the authority on the network. */
export const authorityName = 'authority';

/** How long a lease lasts in the sea: short, so that many end in one storm. */
export const leaseTtlMs = 800;

/** What clocks may lag behind within one lease, and what an act takes to land, and some more. */
export const marginMs = 100;

/** Small, so that retention and archives are everyday matters. */
const ownership: OwnershipLimits = {
  sessionsMax: 64,
  archivedMax: 64,
  auditRecordsMax: 64,
  witnessesMax: 3,
  leaseTtlMs,
  transferTtlMs: 500,
};
export const sessionsLimits: SessionsLimits = { sessionsMax: 8, archivedMax: 2, bufferMessagesMax: 2 };

/** What authority and store share. */
export const fleetSecret = Uint8Array.from({ length: 32 }, (_, index) => index);

/** The authority as something that a server can run. */
export class AuthorityService implements Service {
  readonly node: AuthorityNode;
  readonly stopped: Promise<unknown>;

  private constructor(node: AuthorityNode) {
    this.node = node;
    this.stopped = node.failure;
  }

  static async open(
    { ports, network, options }: FleetPorts,
    computations: readonly string[],
    ledger: LedgerLimits,
  ): Promise<AuthorityService> {
    const all: AuthorityNodeOptions = {
      ...options,
      ownership,
      ledger,
      sessions: sessionsLimits,
      secret: fleetSecret,
      computations,
    };
    return new AuthorityService(await AuthorityNode.recover(ports, network, all));
  }

  start(): void {
    this.node.start();
  }

  get lastLsn(): number {
    return this.node.lastLsn;
  }

  async audit(): Promise<Audit> {
    const { lsn, state } = await this.node.durableState();
    return { lsn, digest: stateDigest(state) };
  }
}

/** The authority of a fleet, whose owners may ask for these computations. */
export function authorityProgram(
  computations: readonly string[],
  ledger: LedgerLimits,
): FleetProgram<AuthorityService> {
  return {
    name: authorityName,
    makeShadow: () =>
      shadowOfRooms([
        new Room(ownershipProjection(ownership)),
        new Room(ledgerProjection(ledger)),
        new Room(sessionsProjection(sessionsLimits)),
      ]),
    tell: tellAuthority(authorityName),
    open: (ports) => AuthorityService.open(ports, computations, ledger),
  };
}
