import type { SegmentsLimits } from '../../../src/remote/segments-limits.js';

/** What may be asked of the room, in words of its own: bytes by letter, names by number. */
export interface SegmentsAsk {
  readonly kind: 'put' | 'pin' | 'release';
  readonly name: number;
  readonly holder: string;
  readonly letter: string;
}

/** The room as one list of who has done what: nothing is looked up, and nothing is removed but from the list. */
export class SegmentsModel {
  /** Who holds which letter under which name. */
  held: { readonly name: number; readonly holder: string; readonly letter: string }[] = [];
  gone: { readonly name: number; readonly holder: string; readonly atMs: number }[] = [];
  readonly #limits: SegmentsLimits;

  constructor(limits: SegmentsLimits) {
    this.#limits = limits;
  }

  letterAt(name: number): string | undefined {
    return this.held.find((each) => each.name === name)?.letter;
  }

  get bytes(): number {
    return new Set(this.held.map(({ name }) => name)).size;
  }

  /** What is answered, in one word or two. */
  ask({ kind, name, holder, letter }: SegmentsAsk, nowMs: number): string {
    const isMine = (each: { readonly name: number; readonly holder: string }): boolean =>
      each.name === name && each.holder === holder;
    if (this.gone.some(isMine)) return 'released';
    const there = this.letterAt(name);
    const holds = this.held.some(isMine);
    if (kind === 'release') {
      if (!holds && !this.#hasRoom(nowMs)) return 'full holds';
      this.held = this.held.filter((each) => !isMine(each));
      this.gone.push({ name, holder, atMs: nowMs });
      return 'released';
    }
    if (there === undefined && kind === 'pin') return 'absent';
    if (there === undefined && this.bytes + 1 > this.#limits.bytesMax) return 'full bytes';
    if (there !== undefined && there !== letter) return 'conflict';
    if (!holds && !this.#hasRoom(nowMs)) return 'full holds';
    if (!holds) this.held.push({ name, holder, letter });
    return there === undefined ? 'held created' : 'held';
  }

  /** Makes room for one more if that may be. */
  #hasRoom(nowMs: number): boolean {
    const surplus = this.held.length + this.gone.length + 1 - this.#limits.holdsMax;
    const old = this.gone.filter(({ atMs }) => atMs + this.#limits.tombstoneMs <= nowMs);
    if (old.length < surplus) return false;
    this.gone = this.gone.slice(Math.max(0, surplus));
    return true;
  }
}
