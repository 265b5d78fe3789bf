import type { CborValue } from '../../codec/cbor.js';
import type { Asker, AskTerms } from '../../requests/ask.js';
import type { NodeName } from '../../runtime/network.js';
import type { Answer } from './authority.js';
import { decodeAnswer } from './authority-answer.js';

/** The authority does not understand what it is asked: it is of another build. */
export class AuthorityMisunderstood extends Error {
  readonly code = 'AUTHORITY_MISUNDERSTOOD';
  override readonly name = 'AuthorityMisunderstood';
}

type DecodeGranted<Granted> = (value: CborValue | undefined, path: string) => Granted;

/** Calls to an authority over the network, in words of one kind. */
export class AuthorityCalls<Request> {
  readonly #asker: Asker;
  readonly #to: NodeName;
  readonly #terms: AskTerms;
  readonly #encode: (request: Request) => CborValue;

  /** @param terms - Of each call. */
  constructor(asker: Asker, to: NodeName, terms: AskTerms, encode: (request: Request) => CborValue) {
    this.#asker = asker;
    this.#to = to;
    this.#terms = terms;
    this.#encode = encode;
  }

  async ask<Granted>(request: Request, decodeGranted: DecodeGranted<Granted>): Promise<Answer<Granted>> {
    return decodeAnswer(await this.#asker.ask(this.#to, this.#encode(request), this.#terms), decodeGranted);
  }

  /** Nobody is refused to look. */
  async look<Seen>(request: Request, decodeSeen: DecodeGranted<Seen>): Promise<Seen> {
    const answer = await this.ask(request, decodeSeen);
    if (answer.kind === 'refused') throw new AuthorityMisunderstood(answer.refusal.message);
    return answer.granted;
  }
}
