import type { Tape } from '../kernel/tape.js';

/** Runs have from some dozen to some thousand turns at which there is something to choose: each scale is as likely. */
const scalesMax = 14;

/** Draws up to `count` of the turns (from 1) at which an order departs from its rule. None on the benign tape. */
export function drawTurns(tape: Tape, count: number): ReadonlySet<number> {
  return new Set(
    Array.from({ length: count }, () =>
      tape.draw('schedule.turn', 2 ** tape.draw('schedule.scale', scalesMax)),
    ),
  );
}
