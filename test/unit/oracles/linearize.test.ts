import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HistoryCall, linearize, type SequentialObject } from '../../../sim/oracles/linearize.js';

/** A register that can be read, written, and changed if it holds what is expected. */
type Request =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: number }
  | { readonly kind: 'swap'; readonly expected: number; readonly value: number };
type Call = HistoryCall<Request, number>;

const register: SequentialObject<number, Request, number> = {
  initial: 0,
  key: String,
  after: (state, request, response) => {
    const { next, answer } = act(state, request);
    return answer === response ? [next] : [];
  },
  afterUntold: (state, request) => [act(state, request).next],
};

function act(state: number, request: Request): { readonly next: number; readonly answer: number } {
  if (request.kind === 'read') return { next: state, answer: state };
  if (request.kind === 'write') return { next: request.value, answer: 0 };
  return state === request.expected ? { next: request.value, answer: 1 } : { next: state, answer: 0 };
}

/** The same question, answered by trying every order. */
function hasOrder(calls: readonly Call[], state = register.initial): boolean {
  const answered = calls.filter(({ answer }) => answer !== undefined);
  if (answered.length === 0) return true;
  const firstEnd = Math.min(...answered.map(({ answer }) => answer?.at ?? Infinity));
  return calls.some((call) => {
    if (call.askedAt > firstEnd) return false;
    const states =
      call.answer === undefined
        ? register.afterUntold(state, call.request)
        : register.after(state, call.request, call.answer.response);
    return states.some((next) =>
      hasOrder(
        calls.filter((other) => other !== call),
        next,
      ),
    );
  });
}

const value = fc.integer({ min: 0, max: 2 });
const request = fc.oneof(
  fc.constant<Request>({ kind: 'read' }),
  value.map((each): Request => ({ kind: 'write', value: each })),
  fc.tuple(value, value).map(([expected, each]): Request => ({ kind: 'swap', expected, value: each })),
);
/** Three callers, one call after the other each. Whoever gets no answer calls no more. */
const steps = fc.array(
  fc.record({ caller: fc.integer({ min: 0, max: 2 }), request, isLost: fc.integer({ min: 0, max: 9 }) }),
  { maxLength: 14 },
);

interface Step {
  readonly caller: number;
  readonly request: Request;
  readonly isLost: number;
}

interface Open {
  readonly request: Request;
  readonly askedAt: number;
  response: number | undefined;
}

/** A history that an object has made: each caller asks, the object acts, the caller is told. */
function truthful(script: readonly Step[]): readonly Call[] {
  const calls: Call[] = [];
  const open = new Map<number, Open>();
  const gone = new Set<number>();
  let state = register.initial;
  let place = 0;
  for (const { caller, request: asked, isLost } of script) {
    if (gone.has(caller)) continue;
    place += 1;
    const call = open.get(caller);
    if (call === undefined) open.set(caller, { request: asked, askedAt: place, response: undefined });
    else if (isLost === 0) gone.add(caller);
    else if (call.response === undefined) {
      const { next, answer } = act(state, call.request);
      state = next;
      call.response = answer;
    } else {
      open.delete(caller);
      const { askedAt, response } = call;
      calls.push({ request: call.request, askedAt, answer: { at: place, response } });
    }
  }
  for (const { request: asked, askedAt } of open.values()) {
    calls.push({ request: asked, askedAt, answer: undefined });
  }
  return calls;
}

const manySteps = 100_000;

describe('linearize', () => {
  test('finds an order for whatever an object has really done', () => {
    fc.assert(
      fc.property(steps, (script) => {
        expect(linearize(register, truthful(script), manySteps).kind).toBe('linearizable');
      }),
    );
  });

  test('finds an order exactly when there is one', () => {
    let impossible = 0;
    fc.assert(
      fc.property(steps, fc.nat(), value, (script, at, other) => {
        const calls = truthful(script);
        const index = at % Math.max(1, calls.length);
        const lie = calls.map((call, each) =>
          each === index && call.answer !== undefined
            ? { ...call, answer: { ...call.answer, response: other } }
            : call,
        );
        const { kind } = linearize(register, lie, manySteps);
        if (kind === 'impossible') impossible += 1;
        expect(kind).toBe(hasOrder(lie) ? 'linearizable' : 'impossible');
      }),
      { numRuns: 300 },
    );
    expect(impossible).toBeGreaterThan(10);
  });

  test('says so when there are too many orders', () => {
    const calls = Array.from({ length: 12 }, (_, index): Call => {
      return {
        request: { kind: 'swap', expected: index, value: 12 - index },
        askedAt: index,
        answer: undefined,
      };
    });
    const read: Call = { request: { kind: 'read' }, askedAt: 12, answer: { at: 13, response: 99 } };
    expect(linearize(register, [...calls, read], 50).kind).toBe('inconclusive');
  });

  test('names the call that cannot be explained', () => {
    const write: Call = { request: { kind: 'write', value: 2 }, askedAt: 0, answer: { at: 1, response: 0 } };
    const stale: Call = { request: { kind: 'read' }, askedAt: 2, answer: { at: 3, response: 0 } };
    expect(linearize(register, [write, stale], manySteps)).toEqual({ kind: 'impossible', call: stale });
  });
});
