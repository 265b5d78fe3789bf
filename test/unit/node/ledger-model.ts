import type { LedgerLimits } from '../../../src/node/authority/ledger-limits.js';

/** What an id was given for, as one text. */
export interface Terms {
  readonly session: string;
  readonly text: string;
}

interface Row extends Terms {
  readonly id: string;
  end: string | null;
}

/**
 * The ledger once more: one list of all that was ever admitted, in the order of its end, and the horizons counted anew whenever
 * something is looked up.
 */
export class LedgerModel {
  readonly #limits: LedgerLimits;
  readonly #open: Row[] = [];
  readonly #ended: Row[] = [];

  constructor(limits: LedgerLimits) {
    this.#limits = limits;
  }

  admit(id: string, terms: Terms): string {
    const row = this.#known(id);
    if (row !== undefined)
      return row.text === terms.text && row.session === terms.session ? 'ok' : 'CONFLICT';
    if (this.#open.length >= this.#limits.openMax) return 'FULL';
    this.#open.push({ id, ...terms, end: null });
    return 'ok';
  }

  settle(id: string, session: string, end: string): string {
    const row = this.#known(id);
    if (row === undefined) return 'UNKNOWN_OPERATION';
    if (row.session !== session) return 'FOREIGN_OPERATION';
    if (this.#age(row) > this.#limits.factsMax) return 'ENTOMBED';
    this.#end(row, end);
    return 'ok';
  }

  abortOpen(session: string, end: string): string {
    const mine = this.#open.filter((row) => row.session === session);
    for (const row of mine.sort((one, other) => (one.id < other.id ? -1 : 1))) this.#end(row, end);
    return 'ok';
  }

  /** How an id stands, in one text. */
  standing(id: string): string {
    const row = this.#known(id);
    if (row === undefined) return 'unknown';
    if (row.end === null) return `open ${row.session} ${row.text}`;
    if (this.#age(row) <= this.#limits.factsMax) return `settled ${row.session} ${row.end}`;
    return `entombed ${row.session} ${row.text} ${row.end.split(' ')[0]}`;
  }

  #known(id: string): Row | undefined {
    const known = [...this.#open, ...this.#ended.slice(-this.#limits.settledMax)];
    return known.find((row) => row.id === id);
  }

  /** 1 for what has ended last; 0 for what has not ended. */
  #age(row: Row): number {
    const at = this.#ended.indexOf(row);
    return at < 0 ? 0 : this.#ended.length - at;
  }

  #end(row: Row, end: string): void {
    if (row.end !== null) return;
    row.end = end;
    this.#open.splice(this.#open.indexOf(row), 1);
    this.#ended.push(row);
  }
}
