import type { Answer } from '../../src/node/authority/authority.js';
import type { Sessions } from '../../src/node/authority/sessions.js';
import { claimNext } from '../../src/node/authority/claim-next.js';
import { SessionsClient } from '../../src/node/authority/sessions-client.js';
import type { OwnershipCapability } from '../../src/ownership/capability.js';
import type { OwnerChange } from '../../src/sessions/command.js';
import { OpenPlan } from '../../src/sessions/open-plan.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Tape } from '../kernel/tape.js';
import type { Fact } from '../oracles/facts.js';
import { authorityName } from './authority-service.js';
import { type DrawnProtocol, drawProtocol } from './drawn-protocol.js';
import type { Holding } from './held-sessions.js';
import type { ContestedSession } from './contest.js';
import { ownerDeadlineMs, OwnerLife } from './owner-life.js';
import type { PeerPorts } from './peer.js';
import { type Talk, Talker } from './talker.js';

/** What all endpoints of a voyage share. */
export interface Traffic extends Talk {
  readonly tape: Tape;
  readonly bench: Bench<Fact>;
  /** The sessions of the room of ownership that guard all others. */
  readonly sessions: readonly [ContestedSession, ...ContestedSession[]];
  /** What was tried to open sessions with, by what stands for the plan. */
  readonly plans: Map<string, DrawnProtocol>;
  /** Which were opened, the latest last. */
  readonly sids: number[];
  /** What an endpoint does, the likeliest most often. */
  readonly acts: readonly [EndpointAct, ...EndpointAct[]];
  readonly isOver: () => boolean;
}

/** `stale` acts under a capability that is over; `leave` gives up what guards sessions, `end` ends it. All others are of its owner, but `talk`. */
export type EndpointAct =
  | 'talk'
  | 'open'
  | 'renew'
  | 'bind'
  | 'drain'
  | 'close'
  | 'cancel'
  | 'fault'
  | 'reap'
  | 'stale'
  | 'leave'
  | 'end';

const handsMax = 2;
const requestsMax = 12;

/** One life of a node that takes part in protocol sessions, and owns what guards some of them. Not all that it does is right. */
export class Endpoint {
  readonly #ports: PeerPorts;
  readonly #traffic: Traffic;
  readonly #owner: OwnerLife;
  readonly #sessions: Sessions;
  readonly #talker: Talker;
  #claims = 0;

  constructor(ports: PeerPorts, life: Life, traffic: Traffic) {
    this.#ports = ports;
    this.#traffic = traffic;
    this.#owner = new OwnerLife(ports, life, traffic.bench);
    this.#sessions = new SessionsClient(this.#owner.requests, authorityName, { deadlineMs: ownerDeadlineMs });
    this.#talker = new Talker(this.#sessions, traffic, this.#owner);
  }

  /** Does what is drawn, with one hand or more, until it is over; then lets go. */
  async run(): Promise<void> {
    const { tape, sessions, isOver } = this.#traffic;
    await this.#owner.run(tape.between('endpoint.hands', 1, handsMax), {
      sessions,
      isOver,
      act: () => this.#actNext(),
      giveUp: (holding) => this.#leave(holding),
    });
  }

  async #actNext(): Promise<void> {
    const { tape, sessions: guards, acts } = this.#traffic;
    await this.#ports.clock.sleep(1 + tape.draw('endpoint.think', 30));
    const owned = guards.find(({ id }) => this.#owner.held.of(id) !== undefined);
    const guard = owned ?? tape.pick('endpoint.guard', guards);
    await this.#act(guard, tape.pick('endpoint.act', acts));
  }

  #act(guard: ContestedSession, act: EndpointAct): Promise<void> {
    if (act === 'stale') return this.#actStale();
    const holding = this.#owner.held.of(guard.id);
    // Where there is nothing to talk in, there soon will be.
    const isQuiet = this.#talker.drawSid() === undefined;
    if (act === 'talk' && !isQuiet) return this.#talker.talk();
    if (holding === undefined) return act === 'open' || isQuiet ? this.#claim(guard) : this.#talker.talk();
    switch (act) {
      case 'talk':
      case 'open':
        return this.#open(holding);
      case 'renew':
        return this.#owner.renew(holding);
      case 'leave':
        return this.#leave(holding);
      case 'end':
        return this.#owner.close(holding, 'ended');
      case 'reap':
        return this.#own(holding, act, (capability) => this.#sessions.reap(capability));
      case 'bind':
      case 'drain':
      case 'close':
      case 'cancel':
      case 'fault':
        return this.#change(holding, act);
    }
  }

  async #claim({ id: sessionId, policy }: ContestedSession): Promise<void> {
    this.#claims += 1;
    const { authority, ownerId } = this.#owner;
    const requestId = `${ownerId}/${sessionId}/${this.#claims}`;
    await this.#owner.take(() =>
      claimNext((generation) => authority.claim({ sessionId, ownerId, generation, policy, requestId })),
    );
  }

  #leave(holding: Holding): Promise<void> {
    return this.#owner.release(holding, 'left');
  }

  /** Requests are shared, so that some come again, and now and then with another plan. */
  async #open(holding: Holding): Promise<void> {
    const { tape, sids } = this.#traffic;
    const requestId = `request-${tape.draw('endpoint.request', requestsMax)}`;
    const plan = this.#draw();
    await this.#own(holding, 'open', async (capability) => {
      const opened = await this.#sessions.open(capability, requestId, plan);
      if (opened.kind === 'granted' && !sids.includes(opened.granted)) sids.push(opened.granted);
      return opened;
    });
  }

  #draw(): OpenPlan {
    const { tape, plans } = this.#traffic;
    const types = drawProtocol(tape);
    const plan = OpenPlan.of(types);
    plans.set(plan.digest, types);
    return plan;
  }

  /** Mostly of one of the latest sessions; perhaps of another guard, or with an edge of another one. */
  async #change(holding: Holding, act: 'bind' | 'drain' | 'close' | 'cancel' | 'fault'): Promise<void> {
    const sid = this.#talker.drawSid();
    if (sid === undefined) return;
    const change = act === 'bind' ? this.#drawBinding(sid) : endingOf(act, this.#owner.ownerId);
    await this.#own(holding, `${change.kind} ${sid}`, async (capability) => {
      const changed = await this.#sessions.change(capability, sid, change);
      if (changed.kind === 'granted' && 'edge' in change) {
        const { sid: edgeSid } = change.edge;
        this.#traffic.bench.observe({ kind: 'protocol.told-bound', node: this.#owner.name, sid, edgeSid });
      }
      return changed;
    });
  }

  #drawBinding(sid: number): OwnerChange {
    const { tape } = this.#traffic;
    const edge = {
      sid: tape.chance('endpoint.foreign-edge', 1, 3) ? (this.#talker.drawSid() ?? sid) : sid,
      from: tape.pick('endpoint.from', ['a', 'b', 'c']),
      to: tape.pick('endpoint.to', ['b', 'a', 'c']),
    };
    const handler = this.#owner.ownerId;
    switch (tape.draw('endpoint.binding', 3)) {
      case 0:
        return { kind: 'bind_edge_handler', edge, handler };
      case 1:
        return { kind: 'record_trace', edge, trace: [handler] };
      default:
        return { kind: 'bind_default_handler', handler };
    }
  }

  async #own<Granted>(
    holding: Holding,
    act: string,
    ask: (capability: OwnershipCapability) => Promise<Answer<Granted>>,
  ): Promise<void> {
    if (!this.#owner.held.begins(holding, act)) return;
    const answer = await ask(holding.capability);
    if (answer.kind === 'granted') return;
    this.#tellDenied(holding.capability, answer.refusal.code);
    this.#owner.refused(holding, answer);
  }

  async #actStale(): Promise<void> {
    const { tape } = this.#traffic;
    const { spent } = this.#owner.held;
    const capability = spent[tape.draw('endpoint.spent', Math.max(1, spent.length))];
    const sid = this.#talker.drawSid();
    if (capability === undefined || sid === undefined) return;
    const answer = await this.#askStale(capability, sid);
    if (answer.kind === 'refused') this.#tellDenied(capability, answer.refusal.code);
  }

  #askStale(capability: OwnershipCapability, sid: number): Promise<Answer<unknown>> {
    const { tape } = this.#traffic;
    switch (tape.draw('endpoint.stale-act', 4)) {
      case 0:
        return this.#sessions.change(capability, sid, this.#drawBinding(sid));
      case 1:
        return this.#sessions.change(capability, sid, { kind: 'cancel' });
      case 2:
        return this.#sessions.reap(capability);
      default:
        return this.#sessions.open(capability, `stale-${this.#owner.ownerId}`, this.#draw());
    }
  }

  /** What is refused for want of authority has to be on record before. */
  #tellDenied({ sessionId: session, ownerId: owner }: OwnershipCapability, code: string): void {
    if (!code.startsWith('OWNERSHIP_')) return;
    this.#traffic.bench.observe({
      kind: 'protocol.told-denied',
      node: this.#owner.name,
      session,
      owner,
      code,
    });
  }
}

function endingOf(kind: 'drain' | 'close' | 'cancel' | 'fault', ownerId: string): OwnerChange {
  return kind === 'fault' ? { kind, reason: `by ${ownerId}` } : { kind };
}
