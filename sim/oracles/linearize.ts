/** One call in a history: what was asked, and what was answered. Places are counted over both ends of all calls. */
export interface HistoryCall<Request, Response> {
  readonly request: Request;
  readonly askedAt: number;
  /** Undefined: nobody was ever told. It may have had its effect at any time from when it was asked, or none. */
  readonly answer: { readonly at: number; readonly response: Response } | undefined;
}

/** An object as if it did one thing after the other. States are never changed in place. */
export interface SequentialObject<State, Request, Response> {
  readonly initial: State;
  /** Equal for equal states, and for those alone. */
  key(state: State): string;
  /** Every state that the object may be in after it was asked this and has answered that. None: it cannot have answered so. */
  after(state: State, request: Request, response: Response): readonly State[];
  /** Every state in which it has done what was asked, and nobody was told. Those in which nothing has changed may be left out. */
  afterUntold(state: State, request: Request): readonly State[];
}

export type Linearization<Request, Response> =
  | { readonly kind: 'linearizable' }
  /** Up to the end of this call there is an order in which all fits, with it there is none. */
  | { readonly kind: 'impossible'; readonly call: HistoryCall<Request, Response> }
  /** There are too many orders to try. */
  | { readonly kind: 'inconclusive' };

/** Some order of calls that have begun: where it leads to, and which calls it holds that have not ended. */
interface Configuration<State> {
  readonly state: State;
  /** Ascending numbers of calls. */
  readonly done: readonly number[];
}

/**
 * Whether the calls can be put in one order that an object could have done them in, none before it was asked or after it was answered. As Wing
 * and Gong, with memory (Lowe): from one answer to the next, all that can have been done by then is kept, each state once; a call is only put in
 * its place when an answer cannot be explained otherwise.
 *
 * @param stepsMax - Tries no more than so many steps of the object.
 */
export function linearize<State, Request, Response>(
  object: SequentialObject<State, Request, Response>,
  calls: readonly HistoryCall<Request, Response>[],
  stepsMax: number,
): Linearization<Request, Response> {
  const search = new Search(object, calls, stepsMax);
  return search.run();
}

class Search<State, Request, Response> {
  readonly #object: SequentialObject<State, Request, Response>;
  readonly #calls: readonly HistoryCall<Request, Response>[];
  readonly #stepsMax: number;
  #steps = 0;

  constructor(
    object: SequentialObject<State, Request, Response>,
    calls: readonly HistoryCall<Request, Response>[],
    stepsMax: number,
  ) {
    this.#object = object;
    this.#calls = calls;
    this.#stepsMax = stepsMax;
  }

  run(): Linearization<Request, Response> {
    let configurations: readonly Configuration<State>[] = [{ state: this.#object.initial, done: [] }];
    for (const { index, call, at } of answered(this.#calls)) {
      const open = this.#openAt(at).filter((each) => each !== index);
      configurations = this.#explain(configurations, index, open);
      if (this.#steps > this.#stepsMax) return { kind: 'inconclusive' };
      if (configurations.length === 0) return { kind: 'impossible', call };
    }
    return { kind: 'linearizable' };
  }

  /** All that may be when call `index` has been answered; calls in `open` may have been done by then. */
  #explain(
    configurations: readonly Configuration<State>[],
    index: number,
    open: readonly number[],
  ): readonly Configuration<State>[] {
    const explained = new Map<string, Configuration<State>>();
    const seen = new Set<string>();
    const left = [...configurations];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const key = this.#keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      if (next.done.includes(index)) {
        const rest = { state: next.state, done: next.done.filter((each) => each !== index) };
        explained.set(this.#keyOf(rest), rest);
        continue;
      }
      for (const state of this.#after(next.state, index)) {
        const rest = { state, done: next.done };
        explained.set(this.#keyOf(rest), rest);
      }
      for (const other of open) {
        if (next.done.includes(other)) continue;
        for (const state of this.#after(next.state, other)) {
          left.push({ state, done: [...next.done, other].toSorted((one, two) => one - two) });
        }
      }
      if (this.#steps > this.#stepsMax) return [];
    }
    return [...explained.values()];
  }

  #after(state: State, index: number): readonly State[] {
    const call = this.#calls[index];
    if (call === undefined) return [];
    this.#steps += 1;
    const { request, answer } = call;
    return answer === undefined
      ? this.#object.afterUntold(state, request)
      : this.#object.after(state, request, answer.response);
  }

  #openAt(at: number): readonly number[] {
    return this.#calls.flatMap(({ askedAt, answer }, index) =>
      askedAt < at && (answer === undefined || answer.at >= at) ? [index] : [],
    );
  }

  #keyOf({ state, done }: Configuration<State>): string {
    return `${done.join(',')};${this.#object.key(state)}`;
  }
}

function answered<Request, Response>(
  calls: readonly HistoryCall<Request, Response>[],
): readonly { readonly index: number; readonly call: HistoryCall<Request, Response>; readonly at: number }[] {
  return calls
    .flatMap((call, index) => (call.answer === undefined ? [] : [{ index, call, at: call.answer.at }]))
    .toSorted((one, two) => one.at - two.at);
}
