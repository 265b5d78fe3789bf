import type { Grant } from '../../src/node/authority/authority.js';
import type { OwnershipCapability } from '../../src/ownership/capability.js';
import { type HeldLease, mayAct } from '../../src/ownership/lease.js';
import type { Milliseconds } from '../../src/runtime/clock.js';
import { marginMs } from './authority-service.js';
import type { PeerPorts } from './peer.js';

/** One session that a holder holds, as far as it knows. */
export interface Holding {
  readonly capability: OwnershipCapability;
  lease: HeldLease;
  /** Whether it is offered to another one: until that is settled, the holder does not act. */
  isOffered: boolean;
}

/** What one life of a holder holds. Tells its probe what a worker of a fleet tells its own. */
export class HeldSessions {
  readonly #ports: Pick<PeerPorts, 'clock' | 'probe'>;
  readonly #holdings = new Map<string, Holding>();
  /** The highest generation that was ever held: an answer that comes late brings back none that was given up. */
  readonly #highest = new Map<string, number>();
  /** Capabilities that were good once. */
  readonly spent: OwnershipCapability[] = [];

  constructor(ports: Pick<PeerPorts, 'clock' | 'probe'>) {
    this.#ports = ports;
  }

  of(session: string): Holding | undefined {
    return this.#holdings.get(session);
  }

  /** @param askedAtMs - When it began to ask for it, by its own clock. */
  hold({ capability, grantedForMs }: Grant, askedAtMs: Milliseconds): void {
    const { sessionId, generation } = capability;
    const before = this.#holdings.get(sessionId);
    if ((this.#highest.get(sessionId) ?? -1) >= generation) return;
    this.#highest.set(sessionId, generation);
    if (before !== undefined) this.lose(before, 'replaced');
    const lease = { requestedAtMonotonicMs: askedAtMs, grantedForMs, marginMs };
    const holding = { capability, lease, isOffered: false };
    this.#holdings.set(sessionId, holding);
    this.#tell(holding);
  }

  /** A renewal never shortens what is held. */
  renewed(holding: Holding, askedAtMs: Milliseconds, grantedForMs: Milliseconds): void {
    const { sessionId } = holding.capability;
    const { requestedAtMonotonicMs, grantedForMs: before } = holding.lease;
    if (this.#holdings.get(sessionId) !== holding) return;
    if (askedAtMs + grantedForMs <= requestedAtMonotonicMs + before) return;
    holding.lease = { requestedAtMonotonicMs: askedAtMs, grantedForMs, marginMs };
    this.#tell(holding);
  }

  lose(holding: Holding, reason: string): void {
    const { sessionId: session, generation } = holding.capability;
    if (this.#holdings.get(session) !== holding) return;
    this.#holdings.delete(session);
    this.spent.push(holding.capability);
    this.#ports.probe.event('worker.lost', { session, generation, reason });
  }

  /** Whether an act may begin now. To be asked right before each one; a lease that has run out is lost. */
  begins(holding: Holding, act: string): boolean {
    const { sessionId: session, generation } = holding.capability;
    if (this.#holdings.get(session) !== holding || holding.isOffered) return false;
    if (!mayAct(holding.lease, this.#ports.clock.monotonicMs())) {
      this.lose(holding, 'its lease has run out');
      return false;
    }
    this.#ports.probe.event('worker.acts', { session, generation, act });
    return true;
  }

  #tell({ capability, lease }: Holding): void {
    const { sessionId: session, generation } = capability;
    const untilMs = lease.requestedAtMonotonicMs + lease.grantedForMs - lease.marginMs;
    this.#ports.probe.event('worker.lease', { session, generation, untilMs });
  }
}
