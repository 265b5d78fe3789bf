import type { Tape } from '../kernel/tape.js';
import { pause } from './pause.js';
import type { ProgramService } from './program-service.js';
import { ask, type SingleNode } from './single-node.js';

type Sea = SingleNode<ProgramService>;

/** A token, as it was handed over. */
interface Token {
  readonly operation: string;
  readonly step: string;
  readonly token: string;
}

const thinkMsMax = 600;
const retryMsMax = 60;

/**
 * Whoever resolves promises: shows the right token, at once or late; a wrong one first, made up or handed out for another promise; the same
 * value twice, or another one; or does nothing, so that somebody has to cancel.
 */
export class Approver {
  readonly #sea: Sea;
  readonly #tokens: Token[] = [];
  #values = 0;

  constructor(sea: Sea) {
    this.#sea = sea;
  }

  /** A token has arrived. It may be one of several for the same promise. */
  take(token: Token): void {
    const { bench, simulation } = this.#sea;
    bench.observe({ kind: 'token.handed', node: 'outside', ...token });
    this.#tokens.push(token);
    this.#use(token).catch((error: unknown) => simulation.uncaught('approver', error));
  }

  async #use(token: Token): Promise<void> {
    const { tape } = this.#sea.simulation;
    const mood = tape.pick('approver.mood', ['once', 'wrong', 'twice', 'other', 'stranger', 'never']);
    await pause(this.#sea.simulation, tape.draw('approver.think', thinkMsMax));
    if (mood === 'never') return;
    const value = this.#value();
    if (mood === 'wrong')
      await this.#offer({ ...token, token: token.token.replaceAll(/[0-9]/g, 'a') }, value);
    if (mood === 'stranger') await this.#offer({ ...token, token: this.#stranger(tape, token) }, value);
    await this.#offer(token, value);
    if (mood !== 'twice' && mood !== 'other') return;
    await pause(this.#sea.simulation, tape.draw('approver.again', thinkMsMax));
    await this.#offer(token, mood === 'twice' ? value : this.#value());
  }

  #value(): string {
    this.#values += 1;
    return `yes-${this.#values}`;
  }

  /** A token that was handed out for another promise, if there is one. */
  #stranger(tape: Tape, { operation, step, token }: Token): string {
    const others = this.#tokens.filter((other) => other.operation !== operation || other.step !== step);
    return others[tape.draw('approver.stranger', Math.max(1, others.length))]?.token ?? `0${token.slice(1)}`;
  }

  /** Asks again and again, since whoever does not know what came of it may ask again. */
  async #offer({ operation, step, token }: Token, value: string): Promise<void> {
    const { bench, server, simulation } = this.#sea;
    const offer = { node: 'approver', operation, step, token, value } as const;
    bench.observe({ kind: 'client.offered', ...offer });
    while (!server.givenUp) {
      const outcome = await ask(
        this.#sea,
        'approver',
        `resolve-${operation}-${step}-${simulation.nowMs}`,
        ({ node }) => node.resolve({ operationId: operation, stepKey: step }, token, value),
        (shown) => {
          const answer = shown.kind === 'accepted' ? 'accepted' : shown.refusal.code;
          bench.observe({ kind: 'client.resolved', ...offer, answer });
        },
      );
      if (outcome !== undefined) return;
      await pause(simulation, 10 + simulation.tape.draw('approver.retry', retryMsMax));
    }
  }
}
