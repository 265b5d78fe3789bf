import type { Sessions, SessionStep, SessionView } from '../../src/node/authority/sessions.js';
import { RequestTimedOut } from '../../src/requests/ask.js';
import type { Action } from '../../src/sessions/endpoint-type.js';
import type { Message } from '../../src/sessions/state.js';
import type { Bench } from '../kernel/oracle.js';
import type { Tape } from '../kernel/tape.js';
import type { Fact } from '../oracles/facts.js';
import { bytesDigest } from './bytes-digest.js';

/** What all who talk share. */
export interface Talk {
  readonly tape: Tape;
  readonly bench: Bench<Fact>;
  readonly sids: readonly number[];
}

/** What a role is about to do. */
interface Intent extends Action {
  readonly role: string;
}

const inARowMax = 8;
const latestMax = 6;
const triesMax = 3;

/** Speaks for the roles of protocol sessions: mostly what they may say, sometimes what they may not, and often the same again. */
export class Talker {
  readonly #sessions: Sessions;
  readonly #talk: Talk;
  readonly #name: string;
  readonly #ownerId: string;
  #messages = 0;

  constructor(sessions: Sessions, talk: Talk, life: { readonly name: string; readonly ownerId: string }) {
    this.#sessions = sessions;
    this.#talk = talk;
    this.#name = life.name;
    this.#ownerId = life.ownerId;
  }

  /** One of the latest sessions; undefined when there is none. */
  drawSid(): number | undefined {
    const { tape, sids } = this.#talk;
    const latest = sids.slice(-latestMax);
    return latest.at(-1 - tape.draw('talk.age', Math.max(1, latest.length)));
  }

  /** A few steps in one session. */
  async talk(): Promise<void> {
    const { tape } = this.#talk;
    const sid = this.drawSid();
    if (sid === undefined) return;
    for (let left = tape.between('talk.steps', 1, inARowMax); left > 0; left -= 1) {
      const view = await this.#sessions.view(sid);
      const intent = view === null ? undefined : this.#draw(view);
      if (view === null || intent === undefined) return;
      await this.#act(view, intent);
    }
  }

  /** Something that a role may do now, if there is something to receive where it receives; now and then something else. */
  #draw({ roles, edges }: SessionView): Intent | undefined {
    const { tape } = this.#talk;
    const roleNames = roles.map(({ role }) => role);
    const possible = roles.flatMap(({ role, allowed }) =>
      allowed
        .filter(
          ({ direction, partner }) =>
            direction === 'send' ||
            edges.some(({ from, to, sent, received }) => from === partner && to === role && received < sent),
        )
        .map((action): Intent => ({ role, ...action })),
    );
    const intent = possible[tape.draw('talk.choice', Math.max(1, possible.length))];
    return intent !== undefined && tape.chance('talk.errs', 1, 6) ? this.#misdo(intent, roleNames) : intent;
  }

  /** Something near to what a role may do. */
  #misdo(intent: Intent, roles: readonly string[]): Intent {
    const { tape } = this.#talk;
    const other = roles[tape.draw('talk.other', Math.max(1, roles.length))] ?? intent.role;
    switch (tape.draw('talk.error', 4)) {
      case 0:
        return { ...intent, partner: other };
      case 1:
        return { ...intent, role: other };
      case 2:
        return { ...intent, label: tape.pick('talk.label', ['k', 'l', 'm', 'z']) };
      default:
        return { ...intent, direction: intent.direction === 'send' ? 'receive' : 'send' };
    }
  }

  async #act({ sid, edges }: SessionView, { role, direction, partner, label }: Intent): Promise<void> {
    const { tape } = this.#talk;
    const isSend = direction === 'send';
    const [from, to] = isSend ? [role, partner] : [partner, role];
    const edge = edges.find((each) => each.from === from && each.to === to);
    const next = (isSend ? edge?.sent : edge?.received) ?? 0;
    const isOff = tape.chance('talk.misplaces', 1, 16);
    const step = {
      sid,
      from,
      to,
      position: Math.max(0, next + (isOff ? tape.pick('talk.off', [-1, 1]) : 0)),
    };
    this.#messages += 1;
    const payload = Buffer.from(`${this.#ownerId}/${this.#messages}`);
    const once = isSend ? () => this.#send(step, { label, payload }) : () => this.#receive(step);
    const isTwice = tape.chance('talk.twice', 1, 6);
    await this.#insist(once);
    if (isTwice) await this.#insist(once);
  }

  /** The same step again, as long as nobody has answered. */
  async #insist(once: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once();
      } catch (error) {
        if (tries === triesMax || !(error instanceof RequestTimedOut)) throw error;
      }
    }
  }

  async #send(step: SessionStep, message: Message): Promise<void> {
    const answer = await this.#sessions.send(step, message);
    if (answer.kind === 'granted') this.#tell('protocol.told-sent', step, message);
  }

  async #receive(step: SessionStep): Promise<void> {
    const answer = await this.#sessions.receive(step);
    if (answer.kind === 'granted') this.#tell('protocol.told-received', step, answer.granted);
  }

  #tell(
    kind: 'protocol.told-sent' | 'protocol.told-received',
    { sid, from, to, position }: SessionStep,
    { label, payload }: Message,
  ): void {
    const digest = bytesDigest(payload);
    this.#talk.bench.observe({ kind, node: this.#name, sid, from, to, position, label, payload: digest });
  }
}
