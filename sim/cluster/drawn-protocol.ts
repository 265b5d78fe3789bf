import {
  dualOf,
  end,
  type LocalType,
  receive,
  recur,
  recursion,
  send,
} from '../../src/sessions/local-type.js';
import type { Tape } from '../kernel/tape.js';

/** What each role of a protocol does. */
export type DrawnProtocol = Readonly<Record<string, LocalType>>;

const labels = ['k', 'l', 'm'] as const;
const stepsMax = 3;

/** A protocol of two or three roles, with choices and recursion. All but the last kind fit together. */
export function drawProtocol(tape: Tape): DrawnProtocol {
  switch (tape.draw('protocol.kind', 5)) {
    case 0:
      return dialogue(tape);
    case 1:
      return ring;
    case 2:
      return purchase;
    case 3:
      return stream;
    default:
      return misfit;
  }
}

/** Two that talk as is drawn. */
function dialogue(tape: Tape): DrawnProtocol {
  const isLoop = tape.chance('protocol.loops', 3, 4);
  const steps = drawSteps(tape, tape.between('protocol.steps', 1, stepsMax), isLoop);
  const a = isLoop ? recursion('again', steps) : steps;
  return { a, b: dualOf(a, 'a') };
}

function drawSteps(tape: Tape, left: number, isLoop: boolean): LocalType {
  if (left === 0) return isLoop && tape.chance('protocol.recurs', 3, 4) ? recur('again') : end;
  const choices = labels.slice(0, tape.between('protocol.choices', 1, labels.length));
  const branches = Object.fromEntries(choices.map((label) => [label, drawSteps(tape, left - 1, isLoop)]));
  return tape.chance('protocol.listens', 1, 3) ? receive('b', branches) : send('b', branches);
}

/** Something goes around, until whoever has begun stops it. */
const ring: DrawnProtocol = {
  a: recursion('x', send('b', { k: receive('c', { k: recur('x') }), m: receive('c', { m: end }) })),
  b: recursion('x', receive('a', { k: send('c', { k: recur('x') }), m: send('c', { m: end }) })),
  c: recursion('x', receive('b', { k: send('a', { k: recur('x') }), m: send('a', { m: end }) })),
};

/** Offers until one is taken; the third learns of the end alone. */
const purchase: DrawnProtocol = {
  a: recursion('x', receive('b', { k: send('b', { l: recur('x'), m: send('c', { m: end }) }) })),
  b: recursion('x', send('a', { k: receive('a', { l: recur('x'), m: end }) })),
  c: receive('a', { m: end }),
};

/** One that is always ahead of the other, up to what an edge holds. */
const stream: DrawnProtocol = {
  a: recursion('x', send('b', { k: recur('x'), m: receive('b', { m: end }) })),
  b: recursion('x', receive('a', { k: recur('x'), m: send('a', { m: end }) })),
};

/** One sends what the other never takes. */
const misfit: DrawnProtocol = {
  a: send('b', { k: send('b', { l: end }), l: end }),
  b: receive('a', { k: receive('a', { m: end }) }),
};
