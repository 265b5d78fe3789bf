import type { DedupLimits } from '../../../src/remote/dedup-limits.js';

/** What may be asked of the room, in words of its own: requests by letter, steps by number, outcomes by text. */
export type DedupAsk =
  | {
      readonly kind: 'claim';
      readonly session: string;
      readonly generation: number;
      /** Null: a request, known by its letter. */
      readonly step: number | null;
      readonly letter: string;
    }
  | { readonly kind: 'settle'; readonly name: string; readonly run: number; readonly outcome: string }
  | { readonly kind: 'abandon'; readonly name: string; readonly run: number }
  | { readonly kind: 'sweep' };

interface Row {
  readonly name: string;
  readonly letter: string;
  session: string;
  run: number;
  /** Null while it runs. */
  endedMs: number | null;
  outcome: string | null;
}

/** The names that an ask goes by: one name, one key. */
export function nameOf({ step, letter }: { readonly step: number | null; readonly letter: string }): string {
  return step === null ? `request ${letter}` : `step ${step}`;
}

/** The room as one table of rows, with a list of what each session may not go below. */
export class DedupModel {
  rows: Row[] = [];
  fences: { readonly session: string; readonly generation: number; readonly usedMs: number }[] = [];
  readonly #limits: DedupLimits;

  constructor(limits: DedupLimits) {
    this.#limits = limits;
  }

  /** What is answered, in one word or two. */
  ask(ask: DedupAsk, nowMs: number): string {
    if (ask.kind === 'claim') return this.#claim(ask, nowMs);
    if (ask.kind === 'sweep') {
      const idle = this.fences.filter((each) => this.#isIdle(each, nowMs));
      this.rows = this.rows.filter((row) => !this.#isOld(row.endedMs, nowMs));
      this.fences = this.fences.filter((each) => !idle.includes(each));
      return 'ok';
    }
    const row = this.rows.find(({ name }) => name === ask.name);
    if (row === undefined) return 'REMOTE_UNKNOWN_KEY';
    if (row.run !== ask.run) return 'REMOTE_STALE_RUN';
    if (row.outcome !== null) return 'ok';
    if (ask.kind === 'settle') row.outcome = ask.outcome;
    if (ask.kind === 'settle' || row.endedMs === null) this.#toEnd(row, nowMs);
    return 'ok';
  }

  #claim(ask: Extract<DedupAsk, { kind: 'claim' }>, nowMs: number): string {
    const { session, generation, letter } = ask;
    const name = nameOf(ask);
    const fence = this.fences.find((each) => each.session === session);
    if (fence !== undefined && generation < fence.generation) return 'REMOTE_FENCED';
    let idle = this.fences.filter((each) => this.#isIdle(each, nowMs));
    const surplus = fence === undefined ? this.fences.length + 1 - this.#limits.sessionsMax : 0;
    if (surplus > idle.length) return 'REMOTE_DEDUP_FULL';
    idle = idle.slice(0, Math.max(0, surplus));
    const row = this.rows.find((each) => each.name === name && !this.#isOld(each.endedMs, nowMs));
    if (row !== undefined && row.letter !== letter) return 'REMOTE_CONFLICT';
    let answer: string;
    let isUse = fence === undefined || generation > fence.generation;
    if (row === undefined) {
      const kept = this.rows.filter((each) => each.name !== name);
      const old = kept.filter(({ endedMs }) => this.#isOld(endedMs, nowMs));
      const over = kept.length + 1 - this.#limits.recordsMax;
      if (over > old.length) return 'REMOTE_DEDUP_FULL';
      const gone = new Set(old.slice(0, Math.max(0, over)));
      this.rows = kept.filter((each) => !gone.has(each));
      this.rows.push({ name, letter, session, run: 1, endedMs: null, outcome: null });
      answer = 'begin 1';
      isUse = true;
    } else if (row.outcome !== null) answer = `answer ${row.outcome}`;
    else if (row.endedMs === null) answer = `attach ${row.run}`;
    else {
      row.run += 1;
      row.session = session;
      row.endedMs = null;
      answer = `begin ${row.run}`;
      isUse = true;
    }
    if (isUse) {
      this.fences = this.fences.filter((each) => each.session !== session && !idle.includes(each));
      this.fences.push({ session, generation, usedMs: nowMs });
    }
    return answer;
  }

  /** Rows stand in the order in which they ended, as far as they have. */
  #toEnd(row: Row, nowMs: number): void {
    row.endedMs = nowMs;
    this.rows = [...this.rows.filter((each) => each !== row), row];
  }

  #isOld(endedMs: number | null, nowMs: number): boolean {
    return endedMs !== null && endedMs + this.#limits.retentionMs <= nowMs;
  }

  #isIdle(
    { session, usedMs }: { readonly session: string; readonly usedMs: number },
    nowMs: number,
  ): boolean {
    return this.#isOld(usedMs, nowMs) && !this.rows.some((row) => row.session === session);
  }
}
