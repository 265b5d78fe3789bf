import { drawArrow, drawCross, drawMark, drawRing, shortened } from './marks.js';
import { livesOf, messagesOf, placesOf } from './voyage-data.js';

/** @import { Span, VoyageData, VoyageEvent } from './voyage-data.js' */

const laneHeight = 46;
const headHeight = 24;
const nameWidth = 92;

/**
 * A voyage as lanes, one a node, over virtual time. Each event has a place of its own in order of the trace; pauses are squeezed.
 */
export class LaneChart {
  /** @param {HTMLCanvasElement} canvas @param {VoyageData} data */
  constructor(canvas, data) {
    this.canvas = canvas;
    this.data = data;
    /** @type {string[]} */
    this.nodes = [...new Set(data.events.map((entry) => this.node(entry)))];
    this.laneOf = new Map(this.nodes.map((node, lane) => [node, lane]));
    this.places = placesOf(data.events);
    this.lives = livesOf(data.events);
    this.messages = messagesOf(data.events);
    this.chain = new Set(data.chain.map(({ index }) => index));
    this.placeOfIndex = new Map(data.events.map(({ index }, position) => [index, position]));
    /** @type {Span} */
    this.span = { from: 0, to: this.width };
    /** @type {(position: number) => boolean} */
    this.isShown = () => true;
    this.selected = -1;
  }

  /** Whose lane an event is on: a violation is where it was seen. @param {VoyageEvent} entry */
  node({ event }) {
    return event.kind === 'violation' && this.data.seenAt !== '' ? this.data.seenAt : event.node;
  }

  /** All of it, in units. */
  get width() {
    return (this.places.at(-1) ?? 0) + 1;
  }

  /**
   * Around the selected event, where it is in sight.
   *
   * @param {number} factor Below 1: closer.
   * @param {number} [place] In units.
   */
  zoom(factor, place = this.places[this.selected] ?? -1) {
    const { from, to } = this.span;
    const around = place >= from && place <= to ? place : (from + to) / 2;
    const size = Math.min(this.width, Math.max(8, (to - from) * factor));
    const share = (around - from) / (to - from);
    this.show(around - size * share, size);
  }

  /** @param {number} share Of what is seen: 0.5 is half of it to the right. */
  pan(share) {
    const size = this.span.to - this.span.from;
    this.show(this.span.from + size * share, size);
  }

  /** From the first event of the chain on. */
  showChain() {
    const places = this.data.chain.map(({ index }) => this.places[this.placeOfIndex.get(index) ?? 0] ?? 0);
    const from = Math.max(0, Math.min(this.width, ...places) - 10);
    this.show(from, this.width - from);
  }

  fit() {
    this.show(0, this.width);
  }

  /** @param {number} from @param {number} size */
  show(from, size) {
    const start = Math.min(Math.max(0, from), Math.max(0, this.width - size));
    this.span = { from: start, to: start + size };
    this.draw();
  }

  /** Brings an event into sight. @param {number} position */
  reveal(position) {
    const place = this.places[position] ?? 0;
    const { from, to } = this.span;
    if (place < from || place > to) this.show(place - (to - from) / 2, to - from);
  }

  /** @param {number} place In units. @returns {number} In pixels. */
  x(place) {
    const { from, to } = this.span;
    return nameWidth + ((place - from) / (to - from)) * (this.canvas.clientWidth - nameWidth - 8);
  }

  /** @param {number} pixels @returns {number} In units. */
  placeAt(pixels) {
    const { from, to } = this.span;
    return from + ((pixels - nameWidth) / (this.canvas.clientWidth - nameWidth - 8)) * (to - from);
  }

  /** @param {string} node */
  y(node) {
    return headHeight + ((this.laneOf.get(node) ?? 0) + 0.5) * laneHeight;
  }

  /** @param {VoyageEvent} entry */
  yOf(entry) {
    return this.y(this.node(entry));
  }

  /** The event that is shown nearest to a point, if one is near. @param {number} pixelsX @param {number} pixelsY */
  nearest(pixelsX, pixelsY) {
    let best = -1;
    let bestDistance = 24;
    for (const [position, entry] of this.data.events.entries()) {
      if (!this.isShown(position)) continue;
      const away = Math.hypot(this.x(this.places[position] ?? 0) - pixelsX, (this.yOf(entry) - pixelsY) / 2);
      if (away < bestDistance) [best, bestDistance] = [position, away];
    }
    return best;
  }

  draw() {
    const { canvas } = this;
    const height = headHeight + Math.max(1, this.nodes.length) * laneHeight + 8;
    const scale = globalThis.devicePixelRatio || 1;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(canvas.clientWidth * scale);
    canvas.height = Math.round(height * scale);
    const pen = canvas.getContext('2d');
    if (pen === null) return;
    pen.scale(scale, scale);
    pen.font = '12px system-ui, sans-serif';
    pen.textBaseline = 'middle';
    const style = getComputedStyle(canvas);
    /** @param {string} name */
    const colour = (name) => style.getPropertyValue(`--${name}`);
    this.drawTime(pen, colour, height);
    pen.save();
    pen.beginPath();
    pen.rect(nameWidth, 0, canvas.clientWidth - nameWidth, height);
    pen.clip();
    this.drawLives(pen, colour);
    this.drawMessages(pen, colour);
    this.drawChain(pen, colour);
    this.drawEvents(pen, colour);
    pen.restore();
    pen.fillStyle = colour('ink');
    for (const node of this.nodes) pen.fillText(shortened(node, 13), 6, this.y(node));
  }

  /** @param {CanvasRenderingContext2D} pen @param {(name: string) => string} colour @param {number} height */
  drawTime(pen, colour, height) {
    pen.strokeStyle = colour('line');
    pen.fillStyle = colour('faint');
    let last = -Infinity;
    for (const [position, { atMs }] of this.data.events.entries()) {
      const x = this.x(this.places[position] ?? 0);
      if (x < nameWidth || x > this.canvas.clientWidth - 40 || x - last < 90) continue;
      last = x;
      pen.beginPath();
      pen.moveTo(x, headHeight);
      pen.lineTo(x, height);
      pen.stroke();
      pen.fillText(`${atMs} ms`, x, headHeight / 2);
    }
  }

  /** A line while a life lasts, a gap where there is none. @param {CanvasRenderingContext2D} pen @param {(name: string) => string} colour */
  drawLives(pen, colour) {
    pen.lineWidth = 2;
    for (const { node, from, to, isCrash } of this.lives) {
      const y = this.y(node);
      const start = this.x(this.places[from] ?? 0);
      const end = to < 0 ? this.x(this.width) : this.x(this.places[to] ?? 0);
      pen.strokeStyle = colour('faint');
      pen.beginPath();
      pen.moveTo(start, y);
      pen.lineTo(end, y);
      pen.stroke();
      if (isCrash) drawCross(pen, end, y, 7, colour('bad'));
    }
    pen.lineWidth = 1;
  }

  /** @param {CanvasRenderingContext2D} pen @param {(name: string) => string} colour */
  drawMessages(pen, colour) {
    const { from, to } = this.span;
    for (const { sent, arrived } of this.messages) {
      const start = this.places[sent] ?? 0;
      const end = this.places[arrived] ?? 0;
      if (end < from || start > to || !(this.isShown(sent) || this.isShown(arrived))) continue;
      const source = this.data.events[sent];
      const target = this.data.events[arrived];
      if (source === undefined || target === undefined) continue;
      const isNamed = this.chain.has(source.index) && this.chain.has(target.index);
      pen.strokeStyle = colour(isNamed ? 'chain' : 'message');
      pen.lineWidth = isNamed ? 2.5 : 1;
      pen.globalAlpha = isNamed ? 1 : 0.55;
      drawArrow(pen, this.x(start), this.y(source.event.node), this.x(end), this.y(target.event.node));
    }
    pen.globalAlpha = 1;
    pen.lineWidth = 1;
  }

  /** @param {CanvasRenderingContext2D} pen @param {(name: string) => string} colour */
  drawChain(pen, colour) {
    pen.strokeStyle = colour('chain');
    pen.lineWidth = 2;
    pen.setLineDash([4, 3]);
    for (const { index, cause } of this.data.chain) {
      const from = cause === null ? undefined : this.data.chain[cause];
      if (from === undefined) continue;
      const [start, end] = [this.point(from.index), this.point(index)];
      if (start === undefined || end === undefined) continue;
      pen.beginPath();
      pen.moveTo(...start);
      pen.lineTo(...end);
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.lineWidth = 1;
  }

  /** @param {number} index Of the trace. @returns {[number, number] | undefined} */
  point(index) {
    const position = this.placeOfIndex.get(index);
    const entry = position === undefined ? undefined : this.data.events[position];
    if (position === undefined || entry === undefined) return undefined;
    return [this.x(this.places[position] ?? 0), this.yOf(entry)];
  }

  /** @param {CanvasRenderingContext2D} pen @param {(name: string) => string} colour */
  drawEvents(pen, colour) {
    const { from, to } = this.span;
    for (const [position, entry] of this.data.events.entries()) {
      const { index, event } = entry;
      const place = this.places[position] ?? 0;
      if (place < from - 1 || place > to + 1 || !this.isShown(position)) continue;
      const x = this.x(place);
      const y = this.yOf(entry);
      drawMark(pen, event.kind, x, y, colour);
      if (this.chain.has(index)) drawRing(pen, x, y, 9, colour('chain'));
      if (position === this.selected) drawRing(pen, x, y, 12, colour('accent'));
    }
  }
}
