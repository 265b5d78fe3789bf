import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a part of the code belongs to, in the order in which the table tells it. The first that fits counts. */
const rows: readonly (readonly [name: string, fits: RegExp])[] = [
  ['kernel: events, tape, processes', /^sim\/kernel\//],
  ['engine', /^src\/(?!codec\/)/],
  ['codec and hash', /^src\/codec\/|node_modules\/(?:@noble\/hashes|cbor-x)\//],
  [
    'oracles, witnesses, shadows',
    /^sim\/oracles\/|^sim\/cluster\/(?:witness|shadow|second-recovery|tell-|told-)/,
  ],
  ['trace and fingerprint', /^sim\/trace\//],
  ['world and nemesis', /^sim\/(?:world|nemesis)\//],
  ['clients and machines', /^sim\/cluster\/|^scenarios\//],
];
const garbage = 'garbage collection';
const rest = 'Node.js and the rest';

/** All rows, in order. */
export const costRows: readonly string[] = [...rows.map(([name]) => name), garbage, rest];

/** A function as the inspector names it: lines and columns from 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** Tells the row that a frame's own cost belongs to. Native code belongs to whoever called it, which is undefined here. */
export class CostRows {
  readonly #map: SourceMap;
  readonly #bundle: string;
  readonly #byPlace = new Map<string, string>();

  /** @param bundle - The file that the benchmarks run from; its source map lies beside it. */
  constructor(bundle: string) {
    this.#bundle = bundle;
    this.#map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')));
  }

  rowOf({ functionName, url, lineNumber, columnNumber }: CallFrame): string | undefined {
    if (functionName === '(garbage collector)') return garbage;
    if (url === '')
      return functionName.startsWith('(') || functionName === 'runMicrotasks' ? rest : undefined;
    const place = `${url}:${lineNumber}:${columnNumber}`;
    let row = this.#byPlace.get(place);
    if (row === undefined) {
      const source = this.#sourceOf(url, lineNumber, columnNumber);
      row = rows.find(([, fits]) => fits.test(source))?.[0] ?? rest;
      this.#byPlace.set(place, row);
    }
    return row;
  }

  /** Relative to where the benchmarks are run. */
  #sourceOf(url: string, line: number, column: number): string {
    if (!url.startsWith('file:')) return url;
    const path = fileURLToPath(url);
    if (path !== this.#bundle) return relative('.', path);
    const entry = this.#map.findEntry(line, column);
    if (!('originalSource' in entry)) return '';
    return relative('.', resolve(this.#bundle, '..', entry.originalSource));
  }
}
