import { decode, encode } from '../../../src/codec/cbor.js';
import type { SagaCommand } from '../../../src/sagas/command.js';
import type { SagaContext, SagaDefinition } from '../../../src/sagas/definition.js';
import type { SagaEntry } from '../../../src/sagas/entry.js';
import { type SagaJournal, type SagaRecorded, type SagaView, viewSaga } from '../../../src/sagas/journal.js';
import { type LocatorCommand, type LocatorEntry, locatorProjection } from '../../../src/sagas/locator.js';
import { sagasProjection } from '../../../src/sagas/projection.js';
import { SagaRunner, type SagaRunnerOptions } from '../../../src/sagas/saga-runner.js';
import type { Saga } from '../../../src/sagas/saga.js';
import type { Clock } from '../../../src/runtime/clock.js';
import { SleepAborted } from '../../../src/runtime/clock.js';
import { silentProbe } from '../../../src/runtime/probe.js';
import { manySagas } from './fixtures.js';

const sagas = sagasProjection(manySagas);
const locator = locatorProjection({ namesMax: 100 });

type Recorded =
  | { readonly room: 'sagas'; readonly bytes: Uint8Array }
  | { readonly room: 'locator'; readonly bytes: Uint8Array };

/** What no crash takes away: the log, and the outside world. */
export class Harbour {
  readonly log: Recorded[] = [];
  readonly world = new World();
  drawn = 0;

  get entries(): readonly SagaEntry[] {
    return this.log.flatMap(({ room, bytes }) =>
      room === 'sagas' ? [sagas.decodeEntry(decode(bytes))] : [],
    );
  }
}

/** Does each thing once for a key, and undoes only what it has done. */
export class World {
  readonly #seen = new Set<string>();
  readonly #standing = new Set<string>();
  /** What took effect, in order: `+load`, `-load`. */
  readonly effects: string[] = [];
  /** Every call, whether or not it took effect. */
  readonly calls: string[] = [];

  perform({ key }: SagaContext, step: string): void {
    this.calls.push(`+${step}`);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#standing.add(step);
    this.effects.push(`+${step}`);
  }

  compensate({ key }: SagaContext, step: string): void {
    this.calls.push(`-${step}`);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.#standing.delete(step)) this.effects.push(`-${step}`);
  }

  /** What stands, in the order in which it was done. */
  get standing(): readonly string[] {
    return [...this.#standing];
  }
}

/** One life of a process. It can die at any of its points, and then never does another thing. */
export class Life implements SagaJournal {
  readonly harbour: Harbour;
  readonly died: Promise<'crashed'>;
  readonly sagas = sagas.initial();
  readonly locator = locator.initial();
  readonly events: string[] = [];
  readonly acts: string[] = [];
  /** How many points were passed: before and after each command, each look, and each call to the outside. */
  points = 0;
  permitted = true;
  /** What happens at a point, besides. */
  at: (point: number) => void = () => {};
  sleptMs: number[] = [];
  readonly #crashAt: number;
  #die: (value: 'crashed') => void = () => {};

  constructor(harbour: Harbour, crashAt = Number.POSITIVE_INFINITY) {
    this.harbour = harbour;
    this.#crashAt = crashAt;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
    for (const { room, bytes } of harbour.log) {
      if (room === 'sagas') sagas.apply(this.sagas, sagas.decodeEntry(decode(bytes)), 0);
      else locator.apply(this.locator, locator.decodeEntry(decode(bytes)), 0);
    }
  }

  async saga(sagaId: string): Promise<SagaView> {
    await this.point();
    return viewSaga(this.sagas, sagaId);
  }

  async open(): Promise<readonly Saga[]> {
    await this.point();
    return [...this.sagas.open.values()];
  }

  async record(command: SagaCommand, located?: LocatorCommand): Promise<SagaRecorded> {
    await this.point();
    const answer = this.give(command, located);
    await this.point();
    return answer;
  }

  /** Decides, logs and applies both, or neither, at once. */
  give(command: SagaCommand, located?: LocatorCommand): SagaRecorded {
    const decided = sagas.decide(this.sagas, command);
    if (decided.kind === 'refused') return decided;
    const moves: readonly LocatorEntry[] = [];
    const moved = located === undefined ? undefined : locator.decide(this.locator, located);
    if (moved?.kind === 'refused') return moved;
    for (const entry of decided.entries) {
      this.harbour.log.push({ room: 'sagas', bytes: encode(sagas.encodeEntry(entry)) });
      sagas.apply(this.sagas, entry, 0);
    }
    for (const entry of moved?.entries ?? moves) {
      this.harbour.log.push({ room: 'locator', bytes: encode(locator.encodeEntry(entry)) });
      locator.apply(this.locator, entry, 0);
    }
    return { kind: 'accepted' };
  }

  /** A moment at which the process may die. */
  async point(): Promise<void> {
    this.points += 1;
    this.at(this.points);
    if (this.points < this.#crashAt) return;
    this.#die('crashed');
    await new Promise(() => {});
  }

  /** Reaches the outside world. */
  async outside<Value>(act: () => Value): Promise<Value> {
    await this.point();
    const value = act();
    await this.point();
    return value;
  }

  runner(definitions: readonly SagaDefinition[], given: Partial<SagaRunnerOptions> = {}): SagaRunner {
    return new SagaRunner({
      clock: this.#clock,
      entropy: {
        bytes: (length) => new Uint8Array(length).fill((this.harbour.drawn += 1)),
        below: () => 0,
      },
      probe: {
        ...silentProbe,
        event: (kind, { code }) => {
          if (code !== undefined) this.events.push(`${kind} ${code}`);
        },
      },
      journal: this,
      permit: {
        mayAct: () => this.permitted,
        acts: (_session, act) => {
          this.acts.push(act);
        },
      },
      definitions,
      attemptsMax: 3,
      ...given,
    });
  }

  readonly #clock: Clock = {
    wallMs: () => 0,
    monotonicMs: () => 0,
    sleep: async (durationMs, signal) => {
      const throwIfAborted = (): void => {
        if (signal?.aborted === true) throw new SleepAborted();
      };
      throwIfAborted();
      this.sleptMs.push(durationMs);
      await this.point();
      throwIfAborted();
    },
  };
}

/** Steps that act upon the world of a life. `flaw` may make a call fail, before or after it acted. */
export function voyage(
  life: Life,
  steps: readonly string[] = ['load', 'sail', 'unload'],
  flaw: (call: string, attempt: number) => { readonly before?: Error; readonly after?: Error } = () => ({}),
): SagaDefinition {
  const act = async (sign: '+' | '-', name: string, context: SagaContext): Promise<void> => {
    const { before, after } = flaw(`${sign}${name}`, context.attempt);
    if (before !== undefined) throw before;
    const { world } = life.harbour;
    await life.outside(() => {
      if (sign === '+') world.perform(context, name);
      else world.compensate(context, name);
    });
    if (after !== undefined) throw after;
  };
  return {
    name: 'voyage',
    steps: steps.map((name) => ({
      name,
      async perform(context) {
        await act('+', name, context);
        return { result: `${name} done` };
      },
      async compensate(context) {
        await act('-', name, context);
        return {};
      },
    })),
  };
}
