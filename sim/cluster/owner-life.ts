import type { Answer, Authority, Grant } from '../../src/node/authority/authority.js';
import { AuthorityClient } from '../../src/node/authority/authority-client.js';
import { unlessUnanswered } from '../../src/node/worker/persistence.js';
import type { Serve } from '../../src/requests/ask.js';
import { Requests } from '../../src/requests/requests.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Fact } from '../oracles/facts.js';
import { authorityName } from './authority-service.js';
import type { ContestedSession } from './contest.js';
import { HeldSessions, type Holding } from './held-sessions.js';
import type { PeerPorts } from './peer.js';
import { recordAuthority } from './recorded-authority.js';

/** Refusals after which a capability is worth nothing. */
const worthless: ReadonlySet<string> = new Set([
  'OWNERSHIP_FENCED',
  'OWNERSHIP_UNCLAIMED',
  'OWNERSHIP_TERMINAL',
  'OWNERSHIP_SESSION_NOT_FOUND',
  'OWNERSHIP_CAPABILITY_MISMATCH',
]);

/** How long an owner waits for an answer. */
export const ownerDeadlineMs = 400;

/** One life of a node that owns sessions by the real client of the authority, as a worker does: what it holds, and how it comes to it and loses it. */
export class OwnerLife {
  readonly name: string;
  readonly ownerId: string;
  readonly requests: Requests;
  readonly authority: Authority;
  readonly held: HeldSessions;
  readonly #ports: PeerPorts;

  constructor(ports: PeerPorts, { process: { name }, incarnation }: Life, bench: Bench<Fact>, serve?: Serve) {
    this.name = name;
    this.ownerId = `${name}#${incarnation}`;
    this.requests = new Requests(ports, ports.network, serve);
    const client = new AuthorityClient(this.requests, authorityName, { deadlineMs: ownerDeadlineMs });
    this.authority = recordAuthority(client, bench, name);
    this.held = new HeldSessions(ports);
    this.#ports = ports;
  }

  /**
   * Acts with so many hands until it is over. What was not answered in time may have been done or not: whoever asked goes on with that. Then
   * gives up, one after the other, what is still held.
   */
  async run(
    hands: number,
    options: {
      readonly sessions: readonly ContestedSession[];
      readonly isOver: () => boolean;
      readonly act: () => Promise<void>;
      readonly giveUp: (holding: Holding) => Promise<void>;
    },
  ): Promise<void> {
    const { sessions, act, giveUp } = options;
    const useHand = async (): Promise<void> => {
      while (!options.isOver()) await unlessUnanswered(act());
    };
    await Promise.all(Array.from({ length: hands }, useHand));
    for (const { id } of sessions) {
      const holding = this.held.of(id);
      if (holding !== undefined) await unlessUnanswered(giveUp(holding));
    }
    this.requests.close();
  }

  /** Asks for a session, and holds it from when it began to ask. */
  async take(ask: () => Promise<Answer<Grant>>): Promise<Answer<Grant>> {
    const askedAtMs = this.#ports.clock.monotonicMs();
    const answer = await ask();
    if (answer.kind === 'granted') this.held.hold(answer.granted, askedAtMs);
    return answer;
  }

  async renew(holding: Holding): Promise<void> {
    const askedAtMs = this.#ports.clock.monotonicMs();
    const answer = await this.authority.renew(holding.capability);
    if (answer.kind === 'granted') this.held.renewed(holding, askedAtMs, answer.granted.grantedForMs);
    else this.refused(holding, answer);
  }

  /** Gives a session back: another one may have it. */
  async release(holding: Holding, reason: string): Promise<void> {
    this.held.lose(holding, reason);
    await this.authority.release(holding.capability);
  }

  /** Ends a session: nobody may have it any more. */
  async close(holding: Holding, reason: string): Promise<void> {
    this.held.lose(holding, reason);
    await this.authority.close(holding.capability);
  }

  /** Whoever is told that its capability is worth nothing acts under it no more. */
  refused(holding: Holding, { refusal: { code } }: Extract<Answer<unknown>, { kind: 'refused' }>): void {
    if (worthless.has(code)) this.held.lose(holding, code);
  }
}
