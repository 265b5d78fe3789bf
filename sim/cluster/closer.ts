import type { Authority, LedgerStanding } from '../../src/node/authority/authority.js';
import { AuthorityClient } from '../../src/node/authority/authority-client.js';
import { claimNext } from '../../src/node/authority/claim-next.js';
import { unlessUnanswered } from '../../src/node/worker/persistence.js';
import { Requests } from '../../src/requests/requests.js';
import type { OwnershipCapability } from '../../src/ownership/capability.js';
import type { Life } from '../kernel/process.js';
import { authorityName } from './authority-service.js';
import type { Contest, ContestedSession } from './contest.js';
import type { PeerPorts } from './peer.js';
import { recordAuthority } from './recorded-authority.js';

const deadlineMs = 1000;
const pageMax = 3;

/** Comes when all others have gone: takes every session that can be taken, settles what is open in it, and closes it. */
export async function closeSessions(
  ports: PeerPorts,
  life: Life,
  contest: Pick<Contest, 'bench' | 'sessions' | 'operations'>,
): Promise<void> {
  const { name } = life.process;
  const requests = new Requests(ports, ports.network);
  const client = new AuthorityClient(requests, authorityName, { deadlineMs });
  const closer = new Closer(
    ports,
    recordAuthority(client, contest.bench, name),
    `${name}#${life.incarnation}`,
  );
  for (const session of contest.sessions) await closer.close(session);
  for (const operation of contest.operations.keys()) {
    const request = `settled-${operation}`;
    contest.bench.observe({ kind: 'client.asked', node: name, request });
    const { kind } = await closer.untilOver(operation);
    contest.bench.observe({ kind: 'client.answered', node: name, request, answer: kind });
  }
  requests.close();
}

class Closer {
  readonly #ports: PeerPorts;
  readonly #authority: Authority;
  readonly #ownerId: string;

  constructor(ports: PeerPorts, authority: Authority, ownerId: string) {
    this.#ports = ports;
    this.#authority = authority;
    this.#ownerId = ownerId;
  }

  async close({ id: sessionId, policy }: ContestedSession): Promise<void> {
    const ownerId = this.#ownerId;
    for (;;) {
      const requestId = `${ownerId}/${sessionId}`;
      const answer = await claimNext((generation) =>
        this.#insist(() => this.#authority.claim({ sessionId, ownerId, generation, policy, requestId })),
      );
      if (answer.kind === 'granted') {
        if (await this.#settleAll(answer.granted.capability)) return;
      } else if (answer.refusal.code === 'OWNERSHIP_TERMINAL') return;
      await this.#ports.clock.sleep(50);
    }
  }

  /** Until an operation is settled, or is known never to have been admitted. */
  async untilOver(operationId: string): Promise<LedgerStanding> {
    for (;;) {
      const standing = await this.#insist(() => this.#authority.standing(operationId));
      if (standing.kind !== 'open') return standing;
      await this.#ports.clock.sleep(50);
    }
  }

  /** False when the session was lost on the way. */
  async #settleAll(capability: OwnershipCapability): Promise<boolean> {
    for (;;) {
      const page = await this.#insist(() => this.#authority.openOperations(capability, '', pageMax));
      if (page.kind === 'refused') return false;
      if (page.granted.length === 0) break;
      for (const { operationId } of page.granted) {
        const reason = 'left open';
        const settled = await this.#insist(() =>
          this.#authority.settle(capability, operationId, { outcome: 'aborted', reason }),
        );
        if (settled.kind === 'refused') return false;
      }
    }
    const closed = await this.#insist(() => this.#authority.close(capability));
    return closed.kind === 'granted';
  }

  async #insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const answer = await unlessUnanswered(ask());
      if (answer !== undefined) return answer;
    }
  }
}
