import type { CborValue } from '../../codec/cbor.js';
import { Conversation } from '../../sessions/conversation.js';
import type { EndpointType } from '../../sessions/endpoint-type.js';
import { transferProtocol } from '../../sessions/transfer-protocol.js';
import { witnessProtocol } from '../../sessions/witness-protocol.js';
import type { OwnershipReceipt } from '../../ownership/capability.js';
import type { Milliseconds } from '../../runtime/clock.js';
import type { NodeName } from '../../runtime/network.js';
import type { Probe } from '../../runtime/probe.js';
import type { Asker } from '../../requests/ask.js';
import type { Room } from '../room.js';
import type { Shell } from '../shell.js';
import {
  decodePeerAnswer,
  decodePeerMessage,
  encodePeerAnswer,
  encodePeerMessage,
  type PeerAnswer,
  type PeerMessage,
} from './peer-message.js';
import { unlessUnanswered } from './persistence.js';
import type { GivenWitness, WitnessRefusal, WitnessState } from './witness-room.js';

/** How other workers are reached. */
export interface PeerOptions {
  readonly asker: Asker;
  /** Of one question, which is asked again if need be. */
  readonly deadlineMs: Milliseconds;
}

export type WitnessRoom = Room<WitnessState, GivenWitness, GivenWitness, WitnessRefusal>;

/** So many conversations are known to have been had, so that none of them is begun twice. */
const conversationsMax = 4096;

/** The sides of the protocols, by what is asked. */
const sides = {
  witness: { ask: ['owner', witnessProtocol.owner], answer: ['participant', witnessProtocol.participant] },
  offer: { ask: ['source', transferProtocol.source], answer: ['target', transferProtocol.target] },
} as const satisfies Readonly<
  Record<PeerMessage['kind'], Readonly<Record<'ask' | 'answer', readonly [string, EndpointType]>>>
>;

/** A message out of protocol: nobody is answered. It was told to the probe. */
export class OutOfTurn extends Error {
  readonly code = 'WORKER_OUT_OF_TURN';
  override readonly name = 'OutOfTurn';
  constructor(conversation: string) {
    super(`\`${conversation}\` has no place for this message`);
  }
}

/** What workers ask each other, and answer: each exchange is a conversation that both sides hold to. */
export class Peers {
  readonly #probe: Probe;
  readonly #ownerId: string;
  readonly #options: PeerOptions;
  #asked = 0;

  constructor(probe: Probe, ownerId: string, options: PeerOptions) {
    this.#probe = probe;
    this.#ownerId = ownerId;
    this.#options = options;
  }

  /** Asks another worker once. Undefined when no answer came, or none that has a place. */
  async ask(
    to: NodeName,
    question:
      | { readonly kind: 'witness'; readonly witness: GivenWitness }
      | { readonly kind: 'offer'; readonly receipt: OwnershipReceipt },
  ): Promise<PeerAnswer | undefined> {
    const { kind } = question;
    this.#asked += 1;
    // No other conversation has the name: it says whose life began it, and which of that life it is.
    const id = `${kind}:${this.#ownerId}:${this.#asked}`;
    const [role, type] = sides[kind].ask;
    const [partner] = sides[kind].answer;
    const conversation = new Conversation(id, role, type, this.#probe);
    if (conversation.send(partner, kind).kind !== 'advanced') throw new OutOfTurn(id);
    const { asker, deadlineMs } = this.#options;
    const message = encodePeerMessage({ ...question, conversation: id });
    const answered = await unlessUnanswered(asker.ask(to, message, { deadlineMs }));
    if (answered === undefined) return undefined;
    const answer = decodePeerAnswer(answered);
    return conversation.take(partner, answer.label).kind === 'advanced' ? answer : undefined;
  }
}

/** Answers what other workers ask. */
export class PeerService {
  readonly #probe: Probe;
  readonly #shell: Shell;
  readonly #witnesses: WitnessRoom;
  readonly #take: (receipt: OwnershipReceipt) => Promise<string>;
  readonly #conversations = new Map<string, Conversation>();

  /** @param take - Takes what was offered. Answers with the code of the refusal, or with nothing. */
  constructor(
    probe: Probe,
    shell: Shell,
    witnesses: WitnessRoom,
    take: (receipt: OwnershipReceipt) => Promise<string>,
  ) {
    this.#probe = probe;
    this.#shell = shell;
    this.#witnesses = witnesses;
    this.#take = take;
  }

  /** Rejects, so that nobody is answered, when the message has no place, or when this life ends first. */
  async serve(body: CborValue): Promise<CborValue> {
    const message = decodePeerMessage(body);
    const { kind, conversation: id } = message;
    const [role, type] = sides[kind].answer;
    const [partner] = sides[kind].ask;
    const conversation = this.#conversations.get(id) ?? new Conversation(id, role, type, this.#probe);
    this.#remember(conversation);
    if (conversation.take(partner, kind).kind !== 'advanced') throw new OutOfTurn(id);
    const answer = await this.#answer(message);
    if (conversation.send(partner, answer.label).kind !== 'advanced') throw new OutOfTurn(id);
    return encodePeerAnswer(answer);
  }

  async #answer(message: PeerMessage): Promise<PeerAnswer> {
    if (message.kind === 'offer') return { label: 'settled', code: await this.#take(message.receipt) };
    // Told when it is durable, and not before: a witness that is forgotten is none.
    const outcome = await this.#shell.submit(this.#witnesses, message.witness);
    if (outcome.kind === 'accepted') return { label: 'given' };
    const { code, message: text } = outcome.refusal;
    return { label: 'refused', code, message: text };
  }

  #remember(conversation: Conversation): void {
    this.#conversations.set(conversation.id, conversation);
    for (const oldest of this.#conversations.keys()) {
      if (this.#conversations.size <= conversationsMax) return;
      this.#conversations.delete(oldest);
    }
  }
}
