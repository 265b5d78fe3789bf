/**
 * A reader of log segments that shares no code with the engine: written from the format in src/log/README.md, so that oracles can
 * compare the disk as it is with what the node says about it.
 *
 * Models: one segment's header, stamped sectors and frames. Does not check checksums: it only ever reads what the simulated disk
 * itself vouches for, and a node that wrote wrong bytes is found out by its own recovery.
 */

/** One record as it stands on the disk. */
export interface StoredRecord {
  readonly lsn: number;
  readonly bytes: Uint8Array;
}

const sectorBytes = 512;
const stampBytes = 12;
const frameHeaderBytes = 32;

/** Reads one growing segment, picking up where it left off. */
export class SegmentReader {
  #segmentId: number | undefined;
  #offset = sectorBytes;
  #flush = 1;

  /** The records of all flushes that are complete in `content` and were not returned before. */
  advance(content: Uint8Array): readonly StoredRecord[] {
    const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
    if (content.length < sectorBytes) return [];
    this.#segmentId ??= view.getUint32(24, true);
    const records: StoredRecord[] = [];
    for (;;) {
      const end = this.#flushEnd(view);
      if (end === this.#offset) return records;
      const frames = this.#framesOf(content, end);
      if (frames === undefined) return records;
      records.push(...frames);
      this.#offset = end;
      this.#flush += 1;
    }
  }

  #flushEnd(view: DataView): number {
    let end = this.#offset;
    while (
      end + sectorBytes <= view.byteLength &&
      view.getUint32(end, true) === this.#segmentId &&
      view.getUint32(end + 8, true) === this.#flush
    ) {
      end += sectorBytes;
    }
    return end;
  }

  /** The records of the flush that ends at `end`, or undefined when a part of it is missing. */
  #framesOf(content: Uint8Array, end: number): readonly StoredRecord[] | undefined {
    const body = new Uint8Array(((end - this.#offset) / sectorBytes) * (sectorBytes - stampBytes));
    for (let from = this.#offset, to = 0; from < end; from += sectorBytes, to += sectorBytes - stampBytes) {
      body.set(content.subarray(from + stampBytes, from + sectorBytes), to);
    }
    const view = new DataView(body.buffer);
    const records: StoredRecord[] = [];
    let at = 0;
    while (at + frameHeaderBytes <= body.length) {
      const payloadLength = view.getUint32(at, true);
      if (payloadLength === 0) break;
      if (at + frameHeaderBytes + payloadLength > body.length) return undefined;
      const firstLsn = view.getUint32(at + 8, true) + view.getUint32(at + 12, true) * 2 ** 32;
      const recordCount = view.getUint32(at + 16, true);
      let record = at + frameHeaderBytes;
      for (let index = 0; index < recordCount; index += 1) {
        const length = view.getUint32(record, true);
        records.push({ lsn: firstLsn + index, bytes: body.slice(record + 4, record + 4 + length) });
        record += 4 + length;
      }
      at += frameHeaderBytes + payloadLength;
    }
    return records;
  }
}
