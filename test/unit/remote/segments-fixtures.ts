import { digestHex } from '../../../src/codec/digest.js';
import type { ObjectName } from '../../../src/remote/remote-segments.js';
import type { SegmentsCommand } from '../../../src/remote/segments-command.js';
import type { HoldAnswer } from '../../../src/remote/segments-decide.js';
import type { SegmentsEntry } from '../../../src/remote/segments-entry.js';
import type { SegmentsLimits } from '../../../src/remote/segments-limits.js';
import { type SegmentsProjection, segmentsProjection } from '../../../src/remote/segments-projection.js';
import type { SegmentsRefusal } from '../../../src/remote/segments-refusal.js';
import { objectAt, type SegmentsState } from '../../../src/remote/segments-state.js';
import { ProjectionBench } from '../projection-bench.js';
import { bytes } from './dedup-fixtures.js';

export const segment: ObjectName = { kind: 'segment', id: '09'.repeat(16) };
export const manifest: ObjectName = { kind: 'manifest', id: '09'.repeat(16) };

/** One room of segments, as the shell would drive it. */
export class Segments extends ProjectionBench<
  SegmentsState,
  SegmentsCommand,
  SegmentsEntry,
  SegmentsRefusal
> {
  readonly #room: SegmentsProjection;

  constructor(limits: Partial<SegmentsLimits> = {}) {
    const room = segmentsProjection({ bytesMax: 1000, holdsMax: 10, tombstoneMs: 100, ...limits });
    super(room);
    this.#room = room;
  }

  /** What a command comes to, and then that is so. Throws when it is refused. */
  ask(command: SegmentsCommand): HoldAnswer {
    const decided = this.#room.answerTo(this.state, command);
    this.do(command);
    if (decided.kind === 'refused') throw decided.refusal;
    return decided.answer;
  }

  /** What is under a name, as text; undefined when nothing is. */
  at(name: ObjectName): string | undefined {
    const found = objectAt(this.state, name);
    return found === undefined ? undefined : Buffer.from(found.bytes).toString();
  }
}

export function put(content: string, holder = 'one', name = segment, nowMs = 0): SegmentsCommand {
  return { kind: 'put', name, holder, bytes: bytes(content), nowMs };
}

export function pin(content: string, holder = 'one', name = segment, nowMs = 0): SegmentsCommand {
  return { kind: 'pin', name, holder, expected: objectOf(content), nowMs };
}

export function release(holder = 'one', name = segment, nowMs = 0): SegmentsCommand {
  return { kind: 'release', name, holder, nowMs };
}

export function objectOf(content: string): { readonly digest: string; readonly length: number } {
  return { digest: digestHex(bytes(content)), length: bytes(content).length };
}
