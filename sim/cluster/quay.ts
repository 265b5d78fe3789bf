import type { Bench } from '../kernel/oracle.js';
import { type Life, never } from '../kernel/process.js';
import type { Simulation } from '../kernel/simulation.js';
import type { Fact } from '../oracles/facts.js';
import { type SagaContext, type SagaDefinition, StepFailedForGood } from '../../src/sagas/definition.js';

/** What a saga asks the quay for: a step, or what takes it back. */
type Way = 'done' | 'undone';

/** It is not said what was done. */
class QuayUnavailable extends Error {
  override readonly name = 'QuayUnavailable';
}

export const orderSagaName = 'order';
const steps = ['reserve', 'charge', 'ship'] as const;

/**
 * What the steps of sagas act upon: places that are reserved, money, goods on their way. It outlives every crash.
 *
 * Models: requests that take a while each way, and arrive although whoever sent them has died, perhaps after what took them back; definite
 * refusals; failures that do not say what was done. It knows what was done, and what was taken back stays so.
 * Does not model: a place that forgets. That is safe because no saga could tell it from one that never did it.
 */
export class Quay {
  readonly #simulation: Simulation;
  readonly #bench: Bench<Fact>;
  readonly #standing = new Map<string, Way>();

  constructor(simulation: Simulation, bench: Bench<Fact>) {
    this.#simulation = simulation;
    this.#bench = bench;
  }

  /** The saga that orders something, as one life of a worker runs it. */
  definition(life: Life): SagaDefinition {
    return {
      name: orderSagaName,
      steps: steps.map((step) => ({
        name: step,
        perform: async (context) => {
          await this.#ask(life, context, step, 'done');
          return { result: null };
        },
        compensate: async (context) => {
          await this.#ask(life, context, step, 'undone');
          return {};
        },
      })),
    };
  }

  /** @throws StepFailedForGood when it refuses; another error when it does not say. */
  #ask(life: Life, { sagaId: saga }: SagaContext, step: string, way: Way): Promise<void> {
    if (!life.alive) return never();
    const { tape } = this.#simulation;
    const refuses = way === 'done' && tape.chance('quay.refuses', 1, 10);
    const isUnknown = tape.chance('quay.fails', 1, 8);
    const isDone = !refuses && (!isUnknown || tape.chance('quay.fails-after', 1, 2));
    const backMs = tape.draw('quay.back', 120);
    return new Promise((resolve, reject) => {
      this.#simulation.schedule(tape.draw('quay.there', 120), () => {
        const holds = !isDone || this.#take(saga, step, way);
        this.#simulation.schedule(
          backMs,
          () => {
            if (refuses || !holds) reject(new StepFailedForGood(`${step} was refused`));
            else if (isUnknown) reject(new QuayUnavailable('it is not known what was done'));
            else resolve();
          },
          life,
        );
      });
    });
  }

  /** False when it was taken back before: it is not done any more. */
  #take(saga: string, step: string, way: Way): boolean {
    const place = `${saga}/${step}`;
    const before = this.#standing.get(place);
    if (before === way) return true;
    if (before === 'undone') return false;
    this.#standing.set(place, way);
    if (before === undefined && way === 'undone') return true;
    this.#bench.observe({ kind: 'saga.effect', node: 'quay', saga, step, way });
    return true;
  }
}
