import { objectOf } from '../../src/sagas/local-segments.js';
import type { Machine } from './machine.js';
import { segmentsDirectory } from './segment-works.js';
import type { Service } from './service.js';

/** One segment that was made on a machine: `segment` is what the store calls these bytes. */
export interface WatchedSegment {
  readonly segment: string;
  readonly segmentId: string;
  digest: string;
}

/** Watches from outside which segments the disk of a machine holds durably. */
export class SegmentWatch {
  readonly #machine: Machine<Service>;
  readonly #watched: WatchedSegment[] = [];

  constructor(machine: Machine<Service>) {
    this.#machine = machine;
    machine.disk.onSynced((path) => {
      if (path.startsWith(segmentsDirectory)) this.#look();
    });
  }

  /** From now on it must be somewhere. */
  made(segmentId: string, bytes: Uint8Array): void {
    const { bench, name: node } = this.#machine;
    const { digest } = objectOf(bytes);
    const segment = digest.slice(0, 32);
    bench.observe({ kind: 'segment.made', node, segment, digest });
    this.#watched.push({ segment, segmentId, digest });
    this.#look();
  }

  #look(): void {
    const { bench, disk, name: node } = this.#machine;
    for (const watched of this.#watched) {
      const file = disk.durable(`${segmentsDirectory}/${watched.segmentId}.segment`);
      const digest = file?.isNameDurable === true ? objectOf(file.content).digest : '';
      if (digest === watched.digest) continue;
      watched.digest = digest;
      bench.observe({ kind: 'segment.local', node, segment: watched.segment, digest });
    }
  }
}
