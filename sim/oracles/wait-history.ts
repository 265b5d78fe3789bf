import type { Fact } from './facts.js';

/** One wait as the log tells it. The same name may be opened again when it is closed: that is another one. */
export interface WaitRecord {
  readonly wait: string;
  readonly members: string;
  readonly openedAt: number;
  answers: string | undefined;
  /** The first version that does not hold it; Infinity while it is held. */
  closedAt: number;
  why: string;
}

/** All waits that there ever were, with the versions at which things became of them. */
export class WaitHistory {
  readonly #records: WaitRecord[] = [];

  /** Those of one name that were held at `version` or later. */
  since(wait: string, version: number): readonly WaitRecord[] {
    return this.#records.filter((record) => record.wait === wait && record.closedAt > version);
  }

  /** @param version - Of what the fact has led to. */
  observe(fact: Fact, version: number): void {
    if (fact.kind === 'log.wait-opened') {
      const { wait, members } = fact;
      const fresh = { openedAt: version, answers: undefined, closedAt: Infinity, why: '' };
      this.#records.push({ wait, members, ...fresh });
    } else if (fact.kind === 'log.wait-satisfied') {
      const record = this.#held(fact.wait);
      if (record !== undefined) record.answers = fact.answers;
    } else if (fact.kind === 'log.wait-closed') {
      const record = this.#held(fact.wait);
      if (record !== undefined) Object.assign(record, { closedAt: version, why: fact.why });
    }
  }

  #held(wait: string): WaitRecord | undefined {
    return this.#records.findLast((record) => record.wait === wait && record.closedAt === Infinity);
  }
}
