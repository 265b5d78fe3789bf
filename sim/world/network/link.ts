import type { ScheduledEvent } from '../../kernel/event-queue.js';
import type { Flight } from './flight.js';
import type { NetworkStrike } from './network-fault-switch.js';

/** A message takes no longer than this to get onto a slow link, however large it is. */
export const transmitMsMax = 2000;
/** A slow link has room for so much in front of a message; what would have to wait longer finds it full. */
export const queueMsMax = 5000;

interface Clog {
  readonly strike: NetworkStrike;
  readonly release: ScheduledEvent;
  readonly held: Flight[];
}

interface Slowness {
  readonly strike: NetworkStrike;
  readonly untilMs: number;
  readonly msPerKibibyte: number;
}

/** When a message arrives; or that the slow link had no room for it. */
export type Passage =
  | { readonly kind: 'arrives'; readonly atMs: number }
  | { readonly kind: 'full'; readonly strike: NetworkStrike };

/** The way from one node to another: what is in line on it, and whether it is clogged or slow. */
export class Link {
  /** When the last message was sent. */
  usedAtMs = 0;
  #lineEndMs = 0;
  #transmitEndMs = 0;
  #clog: Clog | undefined;
  #slowness: Slowness | undefined;
  /** The latest message that was delivered, by its number. */
  #delivered = 0;

  get isClogged(): boolean {
    return this.#clog !== undefined;
  }

  isSlow(nowMs: number): boolean {
    return this.#slowness !== undefined && nowMs < this.#slowness.untilMs;
  }

  /** @param release - The event that will call {@link unclog}. */
  clog(strike: NetworkStrike, release: ScheduledEvent): void {
    this.#clog = { strike, release, held: [] };
  }

  /** Ends the clog; gives what it held, in order. */
  unclog(): readonly Flight[] {
    const clog = this.#clog;
    this.#clog = undefined;
    clog?.release.cancel();
    return clog?.held ?? [];
  }

  slow(strike: NetworkStrike, untilMs: number, msPerKibibyte: number): void {
    this.#slowness = { strike, untilMs, msPerKibibyte };
  }

  hurry(): void {
    this.#slowness = undefined;
  }

  /** Keeps the flight until the clog ends; false when there is none. */
  hold(flight: Flight): boolean {
    if (this.#clog === undefined) return false;
    this.#clog.held.push(flight);
    flight.strikes.push(this.#clog.strike);
    return true;
  }

  /** Lets the flight pass. */
  pass(flight: Flight, nowMs: number): Passage {
    let startMs = nowMs;
    if (this.#slowness !== undefined && nowMs < this.#slowness.untilMs) {
      const { strike, msPerKibibyte } = this.#slowness;
      const queuedMs = Math.max(nowMs, this.#transmitEndMs);
      if (queuedMs - nowMs > queueMsMax) return { kind: 'full', strike };
      const transmitMs = Math.ceil((flight.bytes.length * msPerKibibyte) / 1024);
      startMs = queuedMs + Math.min(transmitMsMax, Math.max(1, transmitMs));
      this.#transmitEndMs = startMs;
      flight.strikes.push(strike);
    }
    const atMs = startMs + flight.delayMs;
    if (!flight.inLine) return { kind: 'arrives', atMs };
    this.#lineEndMs = Math.max(this.#lineEndMs, atMs);
    return { kind: 'arrives', atMs: this.#lineEndMs };
  }

  /** Notes a delivery. Whether a later message was delivered before it. */
  deliver(message: number): boolean {
    const wasOvertaken = this.#delivered > message;
    this.#delivered = Math.max(this.#delivered, message);
    return wasOvertaken;
  }
}
