import { LaneChart } from './lane-chart.js';
import { shapeOf } from './marks.js';

/** @import { VoyageData, VoyageEvent } from './voyage-data.js' */

/** So many events the list shows at once. */
const listMax = 400;

/** @template {HTMLElement} Kind @param {string} id @param {new () => Kind} kind @returns {Kind} */
function part(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

/** @type {VoyageData} */
const voyage = JSON.parse(part('data', HTMLScriptElement).textContent ?? '');
const chart = new LaneChart(part('lanes', HTMLCanvasElement), voyage);
const list = part('events', HTMLDivElement);
const record = part('record', HTMLElement);
const search = part('search', HTMLInputElement);
const nodeChoice = part('node', HTMLSelectElement);
const kindChoice = part('kind', HTMLSelectElement);
const count = part('count', HTMLElement);
const lines = voyage.events.map(lineOf);
/** Positions that are shown. @type {number[]} */
let shown = [];

/** @param {VoyageEvent} entry */
function lineOf({ index, atMs, event }) {
  const { kind, node, ...fields } = event;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`);
  return `#${index} t=${atMs} ${node} ${kind}${rest.join('')}`;
}

function filter() {
  const text = search.value.trim().toLowerCase();
  const [node, kind] = [nodeChoice.value, kindChoice.value];
  const passes = voyage.events.map(({ index, event }, position) => {
    if (node !== '' && event.node !== node && event.kind !== 'violation') return false;
    if (kind === 'chain' && !chart.chain.has(index)) return false;
    if (kind === 'faults' && !['fault', 'crash', 'start', 'violation'].includes(shapeOf(event.kind)))
      return false;
    if (kind !== '' && kind !== 'chain' && kind !== 'faults' && !event.kind.startsWith(`${kind}.`))
      return false;
    return text === '' || (lines[position] ?? '').toLowerCase().includes(text);
  });
  shown = passes.flatMap((isShown, position) => (isShown ? [position] : []));
  chart.isShown = (position) => passes[position] === true;
  count.textContent = `${shown.length} of ${voyage.events.length} events`;
  showList();
  chart.draw();
}

/** The events around the one that is selected. */
function showList() {
  const at = shown.findIndex((position) => position >= chart.selected);
  const first = Math.max(0, Math.min(at < 0 ? shown.length : at - listMax / 2, shown.length - listMax));
  const rows = shown.slice(first, first + listMax).map(rowOf);
  list.replaceChildren(...rows);
  const current = list.querySelector('[aria-current=true]');
  // Of the list alone: the page stays where it is.
  if (current instanceof HTMLElement)
    list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 2;
}

/** @param {number} position */
function rowOf(position) {
  const row = document.createElement('button');
  const entry = voyage.events[position];
  row.type = 'button';
  row.className = 'event';
  row.textContent = lines[position] ?? '';
  if (entry !== undefined && chart.chain.has(entry.index)) row.classList.add('in-chain');
  if (entry?.event.kind === 'violation') row.classList.add('violation');
  if (position === chart.selected) row.setAttribute('aria-current', 'true');
  row.addEventListener('click', () => select(position));
  return row;
}

/** Shows the record of an event, if there is one. @param {number} position */
function select(position) {
  const entry = voyage.events[position];
  if (entry === undefined) return;
  chart.selected = position;
  const { kind, node, ...fields } = entry.event;
  /** @type {Record<string, string | number | boolean>} */
  const about = { event: `#${entry.index}`, at: `${entry.atMs} ms`, node, kind, ...fields };
  const cells = Object.entries(about).flatMap(([name, value]) => {
    const [term, text] = [document.createElement('dt'), document.createElement('dd')];
    term.textContent = name;
    text.textContent = String(value);
    return [term, text];
  });
  record.replaceChildren(...cells);
  chart.reveal(position);
  showList();
  chart.draw();
}

/** To the next event that is shown, or the one before. @param {1 | -1} step */
function go(step) {
  const next =
    step > 0
      ? shown.find((position) => position > chart.selected)
      : shown.findLast((position) => position < chart.selected);
  if (next !== undefined) select(next);
}

/** @param {number} index Of the trace. */
function selectIndex(index) {
  const position = chart.placeOfIndex.get(index);
  if (position === undefined) return;
  if (!chart.isShown(position)) {
    [search.value, nodeChoice.value, kindChoice.value] = ['', '', ''];
    filter();
  }
  select(position);
  chart.canvas.scrollIntoView({ block: 'center' });
}

/** @type {Record<string, () => void>} */
const keys = {
  ArrowRight: () => go(1),
  ArrowLeft: () => go(-1),
  Home: () => select(shown[0] ?? -1),
  End: () => select(shown.at(-1) ?? -1),
  '+': () => chart.zoom(0.5),
  '=': () => chart.zoom(0.5),
  '-': () => chart.zoom(2),
  0: () => chart.fit(),
  PageUp: () => chart.pan(-0.8),
  PageDown: () => chart.pan(0.8),
};

const { canvas } = chart;
canvas.addEventListener('keydown', (event) => {
  const act = keys[event.key];
  if (act === undefined || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act();
});
canvas.addEventListener('wheel', (event) => {
  // A wheel alone scrolls the page.
  if (!event.ctrlKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
  event.preventDefault();
  if (event.ctrlKey) chart.zoom(event.deltaY > 0 ? 1.25 : 0.8, chart.placeAt(event.offsetX));
  else chart.pan(event.deltaX / canvas.clientWidth);
});
/** Where a drag was last, in pixels. @type {number | undefined} */
let draggedFrom;
let hasDragged = false;
canvas.addEventListener('pointerdown', (event) => {
  draggedFrom = event.offsetX;
  hasDragged = false;
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener('pointermove', (event) => {
  if (draggedFrom === undefined || Math.abs(event.offsetX - draggedFrom) < 4) return;
  hasDragged = true;
  chart.pan((draggedFrom - event.offsetX) / canvas.clientWidth);
  draggedFrom = event.offsetX;
});
canvas.addEventListener('pointercancel', () => {
  draggedFrom = undefined;
});
canvas.addEventListener('pointerup', (event) => {
  draggedFrom = undefined;
  if (hasDragged) return;
  const position = chart.nearest(event.offsetX, event.offsetY);
  if (position >= 0) select(position);
});
for (const [id, act] of Object.entries({
  closer: () => chart.zoom(0.5),
  wider: () => chart.zoom(2),
  fit: () => chart.fit(),
  earlier: () => chart.pan(-0.5),
  later: () => chart.pan(0.5),
})) {
  part(id, HTMLButtonElement).addEventListener('click', act);
}
for (const button of document.querySelectorAll('button[data-event]')) {
  button.addEventListener('click', () => selectIndex(Number(button.getAttribute('data-event'))));
}
for (const control of [search, nodeChoice, kindChoice]) control.addEventListener('input', filter);
window.addEventListener('resize', () => chart.draw());
window.addEventListener('beforeprint', () => chart.fit());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.draw());
filter();
chart.showChain();
select(chart.placeOfIndex.get(voyage.chain.at(-1)?.index ?? -1) ?? voyage.events.length - 1);
