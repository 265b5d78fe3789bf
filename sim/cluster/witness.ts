import type { Bench } from '../kernel/oracle.js';
import type { Fact } from '../oracles/facts.js';
import type { SimulatedDisk } from '../world/disk/simulated-disk.js';
import { bytesDigest } from './bytes-digest.js';
import { type LoggedRecord, readRecord } from './logged-record.js';
import { SegmentReader } from './segment-reader.js';
import type { Shadow } from './shadow.js';

/** Turns a promised record into what it says, if anything. */
export type RecordTeller = (record: LoggedRecord, lsn: number) => readonly Fact[];

/**
 * Watches one node's disk from outside and remembers what it has promised, record by record: after every successful sync it reads
 * what that sync made durable. It never asks the node.
 */
export class Witness {
  readonly #node: string;
  readonly #disk: SimulatedDisk;
  readonly #bench: Bench<Fact>;
  readonly #makeShadow: () => Shadow;
  readonly #tell: RecordTeller;
  readonly #readers = new Map<string, { readonly header: Uint8Array; readonly reader: SegmentReader }>();
  /** Undefined where one cannot be read: that is told, and ends the run. */
  readonly #records: (LoggedRecord | undefined)[] = [];
  readonly #beyondGap = new Map<number, Uint8Array>();
  /** By LSN. What is promised stays as it is, and so does its fold. */
  readonly #digests = new Map<number, string>();
  #shadow: Shadow;
  #shadowLsn = 0;

  constructor(options: {
    readonly node: string;
    readonly disk: SimulatedDisk;
    readonly bench: Bench<Fact>;
    readonly makeShadow: () => Shadow;
    readonly tell: RecordTeller;
  }) {
    this.#node = options.node;
    this.#disk = options.disk;
    this.#bench = options.bench;
    this.#makeShadow = options.makeShadow;
    this.#tell = options.tell;
    this.#shadow = options.makeShadow();
    options.disk.onSynced((path) => this.#synced(path));
  }

  /** The newest record that is promised together with all before it. */
  get promisedLsn(): number {
    return this.#records.length;
  }

  /** Stands for the fold of the promised records up to `lsn`; '' when not so many are promised. */
  digestAt(lsn: number): string {
    if (lsn > this.#records.length) return '';
    const known = this.#digests.get(lsn);
    if (known !== undefined) return known;
    if (this.#shadowLsn > lsn) this.#foldAnew();
    this.#foldRecords(this.#shadow, this.#shadowLsn, lsn);
    this.#shadowLsn = lsn;
    const digest = this.#shadow.digest();
    this.#digests.set(lsn, digest);
    return digest;
  }

  /**
   * What a recovery of a copy of the disk, less all that is volatile, has to come to: the records that were promised when it was made, and
   * those that reached the medium behind them without a promise, such as by a sync that failed in part.
   */
  expectedOfCopy(
    copy: SimulatedDisk,
    promisedLsn: number,
  ): { readonly lsn: number; readonly digest: string } {
    const beyond = new Map<number, Uint8Array>();
    for (const path of copy.paths()) {
      if (!path.endsWith('.log')) continue;
      const content = copy.cached(path) ?? new Uint8Array();
      for (const { lsn, bytes } of new SegmentReader().advance(content)) beyond.set(lsn, bytes);
    }
    let lsn = promisedLsn;
    if (!beyond.has(lsn + 1)) return { lsn, digest: this.digestAt(lsn) };
    const shadow = this.#makeShadow();
    this.#foldRecords(shadow, 0, promisedLsn);
    for (;;) {
      const next = beyond.get(lsn + 1);
      if (next === undefined) return { lsn, digest: shadow.digest() };
      lsn += 1;
      shadow.fold(readRecord(next), lsn);
    }
  }

  /** A disk that lied has lost records after `lsn`: they are no longer promised. */
  forgetAfter(lsn: number): void {
    this.#records.length = Math.min(this.#records.length, lsn);
    this.#beyondGap.clear();
    this.#digests.clear();
    this.#foldAnew();
  }

  #foldRecords(shadow: Shadow, afterLsn: number, throughLsn: number): void {
    for (let lsn = afterLsn + 1; lsn <= throughLsn; lsn += 1) {
      const record = this.#records[lsn - 1];
      if (record !== undefined) shadow.fold(record, lsn);
    }
  }

  #foldAnew(): void {
    this.#shadow = this.#makeShadow();
    this.#shadowLsn = 0;
  }

  #synced(path: string): void {
    for (const candidate of this.#disk.paths()) {
      if (candidate === path || candidate.startsWith(`${path}/`)) this.#read(candidate);
    }
  }

  #read(path: string): void {
    if (!path.endsWith('.log')) return;
    const content = this.#disk.promised(path);
    if (content === undefined || content.length < 512) return;
    if (this.#disk.durable(path)?.isNameDurable !== true) return;
    const header = content.subarray(0, 512);
    let known = this.#readers.get(path);
    if (known === undefined || Buffer.compare(known.header, header) !== 0) {
      known = { header: header.slice(), reader: new SegmentReader() };
      this.#readers.set(path, known);
    }
    for (const { lsn, bytes } of known.reader.advance(content)) this.#promised(lsn, bytes);
  }

  #promised(lsn: number, bytes: Uint8Array): void {
    this.#bench.observe({ kind: 'disk.promised', node: this.#node, lsn, digest: bytesDigest(bytes) });
    if (lsn <= this.#records.length) return;
    this.#beyondGap.set(lsn, bytes);
    for (;;) {
      const next = this.#beyondGap.get(this.#records.length + 1);
      if (next === undefined) return;
      this.#beyondGap.delete(this.#records.length + 1);
      this.#take(next);
    }
  }

  /** What is promised behind all others before it. */
  #take(bytes: Uint8Array): void {
    const lsn = this.#records.length + 1;
    let record: LoggedRecord | undefined;
    let facts: readonly Fact[];
    try {
      record = readRecord(bytes);
      facts = this.#tell(record, lsn);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      facts = [{ kind: 'disk.garbled', node: this.#node, lsn, reason }];
    }
    this.#records.push(record);
    for (const fact of facts) this.#bench.observe(fact);
  }
}
