import timers from 'node:timers';

/**
 * How a thread is shared with the code under test. Between `enter` and `leave` the thread is the run's; outside, it is the
 * harness's, which may then take messages and signals.
 */
export interface SlicedWork {
  readonly enter: () => void;
  /** Runs one event. False when there was none. Never throws. */
  readonly step: () => boolean;
  readonly leave: () => void;
}

/** Calls `step` until it returns false. After each call every promise reaction runs to its end, however deep. */
export type Drain = (work: SlicedWork) => Promise<void>;

/** So many events run before other work of this thread gets its turn. A turn costs about a microsecond. */
const eventsPerSlice = 4096;
const eventsPerBatch = 256;

// Bound before anything can be sealed: the kernel's own way into the event loop is not the run's.
const setImmediate = timers.setImmediate;

/**
 * Documented calls only. Node.js runs all ticks, all microtasks and the report of unhandled rejections between any two
 * callbacks of `setImmediate`, also when both were queued in one go; so a whole batch is queued at once, which saves the trip
 * around the event loop per event.
 */
export const documentedDrain: Drain = (work) =>
  new Promise((resolve) => {
    let more = true;
    const runOne = (): void => {
      if (more) more = work.step();
    };
    const leave = (): void => {
      work.leave();
      if (more) setImmediate(queueBatch);
      else resolve();
    };
    const queueBatch = (): void => {
      setImmediate(work.enter);
      for (let event = 0; event < eventsPerBatch; event += 1) setImmediate(runOne);
      setImmediate(leave);
    };
    queueBatch();
  });

/**
 * The drain that Node.js itself calls after each callback, called after each event without leaving the slice.
 *
 * `process._tickCallback` is not documented (DEP0134), so {@link chooseDrain} tries it out first. It does nothing inside a
 * microtask, hence the slice is entered through `setImmediate`. What a tick throws must not be caught here, or Node.js aborts
 * on a corrupt async stack: it is left to go up to `uncaughtException`, and the slice goes on in a callback of its own.
 *
 * @param tickCallback - See {@link findTickCallback}.
 */
export const tickDrain =
  (tickCallback: () => void): Drain =>
  (work) =>
    new Promise((resolve) => {
      const runSlice = (): void => {
        let interrupted = true;
        try {
          work.enter();
          let more = true;
          for (let event = 0; more && event < eventsPerSlice; event += 1) {
            more = work.step();
            tickCallback();
          }
          work.leave();
          interrupted = false;
          if (more) setImmediate(runSlice);
          else resolve();
        } finally {
          if (interrupted) setImmediate(runSlice);
        }
      };
      setImmediate(runSlice);
    });

/** `process._tickCallback`, bound, where this Node.js has it. */
export function findTickCallback(): (() => void) | undefined {
  const found: unknown = Reflect.get(process, '_tickCallback');
  return typeof found === 'function' ? () => Reflect.apply(found, process, []) : undefined;
}

let chosen: Promise<Drain> | undefined;

/** The fastest drain that passes its self-test on this thread. Tested once per thread; the choice never changes a run. */
export function chooseDrain(): Promise<Drain> {
  chosen ??= chooseFrom(findTickCallback());
  return chosen;
}

/** See {@link chooseDrain}. */
export async function chooseFrom(tickCallback: (() => void) | undefined): Promise<Drain> {
  if (tickCallback === undefined) return documentedDrain;
  const fast = tickDrain(tickCallback);
  return (await drainsCompletely(fast)) ? fast : documentedDrain;
}

/** Whether all that one event set going has come to rest before the next event, for every kind of reaction that code can make. */
export async function drainsCompletely(drain: Drain): Promise<boolean> {
  let begun = 0;
  let finished = 0;
  let complete = true;
  const finish = (): void => {
    finished += 1;
  };
  await drain({
    enter() {},
    step() {
      if (finished !== begun) complete = false;
      const reaction = selfTestReactions[begun];
      if (reaction === undefined) return false;
      begun += 1;
      void reaction().then(finish, finish);
      return true;
    },
    leave() {},
  });
  return complete && begun === selfTestReactions.length;
}

const selfTestDepth = 200;

const selfTestReactions: readonly (() => Promise<unknown>)[] = [
  async () => {
    for (let hop = 0; hop < selfTestDepth; hop += 1) await Promise.resolve();
  },
  () => nestedAsync(selfTestDepth),
  async () => {
    for await (const _ of countAsync(selfTestDepth));
  },
  () => nestedThenable(selfTestDepth),
  () => Promise.race([nestedAsync(selfTestDepth), new Promise(() => {})]),
  () => Promise.all([nestedAsync(selfTestDepth), nestedAsync(1)]),
  () => Promise.reject(new Error('rejected by the self-test')),
  () =>
    new Promise((resolve) => {
      // oxlint-disable-next-line no-restricted-properties -- Node.js itself makes ticks, in its streams for one
      process.nextTick(resolve);
    }),
];

async function nestedAsync(depth: number): Promise<void> {
  await (depth === 0 ? undefined : nestedAsync(depth - 1));
}

async function* countAsync(length: number): AsyncGenerator<number> {
  for (let index = 0; index < length; index += 1) yield index;
}

async function nestedThenable(depth: number): Promise<void> {
  if (depth === 0) return;
  const thenable: PromiseLike<void> = {
    // oxlint-disable-next-line unicorn/no-thenable -- that awaiting a foreign thenable is drained too is what is tested
    then: (onFulfilled, onRejected) => nestedThenable(depth - 1).then(onFulfilled, onRejected),
  };
  await thenable;
}
