import type { Life } from './process.js';

/** The number of children of a heap node. Four keeps the heap shallow, and siblings within one or two cache lines. */
const arity = 4;
const firstCapacity = 64;

/** Something that will happen, until it has happened or is cancelled. */
export class ScheduledEvent {
  readonly action: () => void;
  /** Whose event this is: it goes when that life does. Undefined for events of the world itself. */
  readonly life: Life | undefined;
  readonly #queue: EventQueue | undefined;
  /** Where the queue keeps this event, or -1 when it is no longer there. Written by the queue only. */
  slot: number;

  constructor(action: () => void, life: Life | undefined, queue: EventQueue | undefined, slot: number) {
    this.action = action;
    this.life = life;
    this.#queue = queue;
    this.slot = slot;
  }

  /** An event that will never happen, since its life has ended. */
  static ofTheDead(action: () => void, life: Life): ScheduledEvent {
    return new ScheduledEvent(action, life, undefined, -1);
  }

  /** Whether it is still to happen. */
  get pending(): boolean {
    return this.slot >= 0;
  }

  /** Takes it off the queue at once. Does nothing when it has happened or was cancelled. */
  cancel(): void {
    this.#queue?.remove(this);
  }
}

/**
 * Events by (time, order of scheduling).
 *
 * A four-ary heap over typed arrays: the keys move, the events stay in their slots, and each slot knows its place in the
 * heap. So cancelling costs as much as taking the next one, and leaves nothing behind.
 */
export class EventQueue {
  #times = new Float64Array(firstCapacity);
  #orders = new Float64Array(firstCapacity);
  #slots = new Int32Array(firstCapacity);
  #places = new Int32Array(firstCapacity);
  readonly #events: (ScheduledEvent | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #size = 0;
  #pushed = 0;

  get size(): number {
    return this.#size;
  }

  /** The time of the next event; Infinity when there is none. */
  get nextAtMs(): number {
    return this.#size === 0 ? Infinity : real(this.#times, 0);
  }

  push(atMs: number, action: () => void, life: Life | undefined): ScheduledEvent {
    const slot = this.#freeSlots.pop() ?? this.#events.length;
    const event = new ScheduledEvent(action, life, this, slot);
    this.#events[slot] = event;
    const place = this.#size;
    if (place === this.#times.length) this.#grow();
    this.#size = place + 1;
    this.#pushed += 1;
    this.#siftUp(place, atMs, this.#pushed, slot);
    return event;
  }

  /** Takes the next event off the queue. */
  pop(): ScheduledEvent | undefined {
    if (this.#size === 0) return undefined;
    const slot = whole(this.#slots, 0);
    this.#takeOut(0);
    return this.#release(slot);
  }

  /** All that are next, at one and the same time, in order of scheduling. Linear in their number. */
  nextTogether(): readonly ScheduledEvent[] {
    const atMs = this.nextAtMs;
    const found: { readonly event: ScheduledEvent; readonly order: number }[] = [];
    for (const places = [0]; ;) {
      const place = places.pop();
      if (place === undefined) break;
      if (place >= this.#size || real(this.#times, place) !== atMs) continue;
      const event = this.#events[whole(this.#slots, place)];
      if (event !== undefined) found.push({ event, order: real(this.#orders, place) });
      for (let child = 1; child <= arity; child += 1) places.push(place * arity + child);
    }
    return found.sort((one, other) => one.order - other.order).map(({ event }) => event);
  }

  remove(event: ScheduledEvent): void {
    const slot = event.slot;
    if (slot < 0 || this.#events[slot] !== event) return;
    this.#takeOut(whole(this.#places, slot));
    this.#release(slot);
  }

  /** Drops every event of a life that has ended. Linear in the size of the queue, since crashes are few. */
  removeAllOf(life: Life): void {
    let kept = 0;
    for (let place = 0; place < this.#size; place += 1) {
      const slot = whole(this.#slots, place);
      if (this.#events[slot]?.life === life) {
        this.#release(slot);
        continue;
      }
      this.#put(kept, real(this.#times, place), real(this.#orders, place), slot);
      kept += 1;
    }
    this.#size = kept;
    for (let place = Math.floor((kept - 2) / arity); place >= 0; place -= 1) {
      this.#siftDown(place, real(this.#times, place), real(this.#orders, place), whole(this.#slots, place));
    }
  }

  /**
   * Puts off every event of a life that is due by `untilMs` until then, in the order in which they were due. Tells how many were put off.
   * Linear in the size of the queue, since pauses are few.
   */
  postponeAllOf(life: Life, untilMs: number): number {
    const due: { readonly slot: number; readonly time: number; readonly order: number }[] = [];
    for (let place = 0; place < this.#size; place += 1) {
      const slot = whole(this.#slots, place);
      const time = real(this.#times, place);
      if (this.#events[slot]?.life !== life || time > untilMs) continue;
      due.push({ slot, time, order: real(this.#orders, place) });
    }
    due.sort((one, other) => one.time - other.time || one.order - other.order);
    for (const { slot } of due) {
      this.#takeOut(whole(this.#places, slot));
      this.#size += 1;
      this.#pushed += 1;
      this.#siftUp(this.#size - 1, untilMs, this.#pushed, slot);
    }
    return due.filter(({ time }) => time < untilMs).length;
  }

  #release(slot: number): ScheduledEvent | undefined {
    const event = this.#events[slot];
    this.#events[slot] = undefined;
    this.#freeSlots.push(slot);
    if (event !== undefined) event.slot = -1;
    return event;
  }

  /** Closes the gap at `place` with the last entry. */
  #takeOut(place: number): void {
    const last = this.#size - 1;
    this.#size = last;
    if (place === last) return;
    const time = real(this.#times, last);
    const order = real(this.#orders, last);
    const slot = whole(this.#slots, last);
    const parent = (place - 1) >> 2;
    if (place > 0 && this.#isAfter(parent, time, order)) this.#siftUp(place, time, order, slot);
    else this.#siftDown(place, time, order, slot);
  }

  #siftUp(from: number, time: number, order: number, slot: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      if (!this.#isAfter(parent, time, order)) break;
      this.#put(place, real(this.#times, parent), real(this.#orders, parent), whole(this.#slots, parent));
      place = parent;
    }
    this.#put(place, time, order, slot);
  }

  #siftDown(from: number, time: number, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const size = this.#size;
    let place = from;
    for (;;) {
      const firstChild = place * arity + 1;
      if (firstChild >= size) break;
      const end = Math.min(firstChild + arity, size);
      let least = firstChild;
      let leastTime = real(times, firstChild);
      let leastOrder = real(orders, firstChild);
      for (let child = firstChild + 1; child < end; child += 1) {
        const childTime = real(times, child);
        if (childTime > leastTime) continue;
        const childOrder = real(orders, child);
        if (childTime === leastTime && childOrder > leastOrder) continue;
        least = child;
        leastTime = childTime;
        leastOrder = childOrder;
      }
      if (leastTime > time || (leastTime === time && leastOrder > order)) break;
      this.#put(place, leastTime, leastOrder, whole(this.#slots, least));
      place = least;
    }
    this.#put(place, time, order, slot);
  }

  #isAfter(place: number, time: number, order: number): boolean {
    const placed = real(this.#times, place);
    return placed > time || (placed === time && real(this.#orders, place) > order);
  }

  #put(place: number, time: number, order: number, slot: number): void {
    this.#times[place] = time;
    this.#orders[place] = order;
    this.#slots[place] = slot;
    this.#places[slot] = place;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    const times = new Float64Array(capacity);
    const orders = new Float64Array(capacity);
    const slots = new Int32Array(capacity);
    const places = new Int32Array(capacity);
    times.set(this.#times);
    orders.set(this.#orders);
    slots.set(this.#slots);
    places.set(this.#places);
    this.#times = times;
    this.#orders = orders;
    this.#slots = slots;
    this.#places = places;
  }
}

/** The value of a place that is known to be there: one check for all, which the compiler drops. */
function real(values: Float64Array, place: number): number {
  return values[place] ?? 0;
}

function whole(values: Int32Array, place: number): number {
  return values[place] ?? 0;
}
