/**
 * Why the room said no. Nothing was recorded.
 *
 * | code | meaning |
 * |---|---|
 * | `SEGMENTS_FULL` | there is no room for more bytes, or nobody may be forgotten yet: come again later |
 * | `SEGMENTS_INVALID` | what was given is no object, or has no holder |
 */
export type SegmentsRefusal = SegmentsFull | InvalidObject;

export class SegmentsFull extends Error {
  readonly code = 'SEGMENTS_FULL';
  override readonly name = 'SegmentsFull';
  readonly what: 'bytes' | 'holds';
  constructor(what: 'bytes' | 'holds', max: number) {
    super(`${max} ${what} are known, and none of them may go yet`);
    this.what = what;
  }
}

export class InvalidObject extends Error {
  readonly code = 'SEGMENTS_INVALID';
  override readonly name = 'InvalidObject';
}
