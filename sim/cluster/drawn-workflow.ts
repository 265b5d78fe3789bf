import { type CborValue, decode } from '../../src/codec/cbor.js';
import { readArray, readEach, readOneOf, readText } from '../../src/codec/shape.js';
import type { RemoteSteps } from '../../src/node/worker/remote-steps.js';
import type { AssumedDone, DurableContext } from '../../src/steps/context.js';
import { exactlyOnceGuarded, idempotent, type StepHandle } from '../../src/steps/descriptor.js';
import type { Workflow } from '../../src/steps/run-workflow.js';
import { AmbiguousEffect, StepFailed } from '../../src/steps/step-errors.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Tape } from '../kernel/tape.js';
import type { Fact } from '../oracles/facts.js';
import { encodeOrder, orderComputation } from './order.js';
import type { Outside, OutsideRequest } from './outside.js';

/** What a step of a drawn workflow is. */
export const stepKinds = [
  'deduplicated',
  'charged',
  'skipped',
  'failed-safe',
  'rerun',
  'timer',
  'clock',
  'parallel',
  'nested',
] as const;
/** Those, and what the store of a fleet does. */
const allStepKinds = [...stepKinds, 'remote'] as const;
export type StepKind = (typeof allStepKinds)[number];

export const drawnWorkflowName = 'drawn';

/** What an operation within another one does. */
const nestedPlan: readonly StepKind[] = ['charged', 'skipped'];
/** The same in a fleet, where whoever takes over does everything again: what it acts upon knows keys. */
const nestedPlanOfFleet: readonly StepKind[] = ['charged', 'remote'];

/** Draws the plan of one operation: it is the input, so that the program is a pure function of it. */
export function drawPlan(
  tape: Tape,
  kinds: readonly [StepKind, ...StepKind[]] = stepKinds,
): readonly StepKind[] {
  return Array.from({ length: tape.between('plan.steps', 1, 6) }, () =>
    tape.pick<StepKind>('plan.kind', kinds),
  );
}

/** The workflow that follows its input, step by step, and tells the bench what it was answered. */
export function drawnWorkflow(
  life: Life,
  outside: Outside,
  bench: Bench<Fact>,
  remote?: RemoteSteps,
): Workflow {
  return {
    name: drawnWorkflowName,
    async program(context, input) {
      const { operation, plan } = readInput(input);
      const voyage = new Voyage(life, outside, bench, operation, remote);
      voyage.began();
      for (const kind of plan) await voyage.take(context, kind);
      return voyage.ended();
    },
  };
}

/** The input of an operation: its own id, since a program does not know it, and its plan. */
export function inputOf(operation: string, plan: readonly StepKind[]): CborValue {
  return [operation, ...plan];
}

function readInput(input: CborValue): { readonly operation: string; readonly plan: readonly StepKind[] } {
  const [operation = '', ...plan] = readEach(input, 'input', (value, path) => {
    return typeof value === 'string' ? value : readOneOf(value, path, allStepKinds);
  });
  return { operation, plan: plan.map((kind, index) => readOneOf(kind, `input[${index + 1}]`, allStepKinds)) };
}

/** What is known of where an effect lands. */
type Boundary = Pick<OutsideRequest, 'guarded' | 'provider'>;

const deduplicated: Boundary = { guarded: false, provider: 'dedup' };
const charged: Boundary = { guarded: true, provider: 'dedup' };
const keyless: Boundary = { guarded: true, provider: 'neither' };

/** An effect that a program knows to be done. */
interface Done {
  readonly operation: string;
  readonly step: string;
}

function readDone(answer: CborValue): readonly Done[] {
  return readEach(answer, 'answer', (value, path) => {
    const [operation, step] = readArray(value, path);
    return { operation: readText(operation, `${path}[0]`), step: readText(step, `${path}[1]`) };
  });
}

class Voyage {
  readonly #life: Life;
  readonly #outside: Outside;
  readonly #bench: Bench<Fact>;
  readonly #operation: string;
  readonly #remote: RemoteSteps | undefined;
  readonly #done: Done[] = [];
  readonly #occurrences = new Map<StepKind, number>();

  constructor(
    life: Life,
    outside: Outside,
    bench: Bench<Fact>,
    operation: string,
    remote: RemoteSteps | undefined,
  ) {
    this.#life = life;
    this.#outside = outside;
    this.#bench = bench;
    this.#operation = operation;
    this.#remote = remote;
  }

  /** One step of the plan. What it is called, the program knows as well as its journal: a replayed step does not run. */
  async take(context: DurableContext, kind: StepKind): Promise<void> {
    const occurrence = this.#occurrences.get(kind) ?? 0;
    this.#occurrences.set(kind, occurrence + 1);
    const step = `${kind}#${occurrence}`;
    switch (kind) {
      case 'deduplicated':
        return this.#effect(step, deduplicated, (act) => context.step(idempotent(kind, null), act));
      case 'charged':
        return this.#effect(step, charged, (act) =>
          context.step(exactlyOnceGuarded(kind, 'money_moving', 'rerun', null), act),
        );
      case 'skipped':
        return this.#effect(step, keyless, (act) =>
          context.step(exactlyOnceGuarded(kind, 'destructive', 'skip', null), act),
        );
      case 'failed-safe':
        return this.#effect(step, keyless, (act) =>
          context.step(exactlyOnceGuarded(kind, 'destructive', 'fail', null), act),
        );
      case 'rerun':
        return this.#effect(step, keyless, (act) =>
          context.step(exactlyOnceGuarded(kind, 'custom', 'rerun', null), act),
        );
      case 'timer':
        return context.sleep(kind, 40);
      case 'clock':
        return this.#answered(step, String(await context.now(kind)));
      case 'nested':
        return this.#nested(context, step, kind);
      case 'remote':
        return this.#atStore(context, step);
      case 'parallel':
        await context.parallel(kind, [
          (branch) =>
            this.#effect(`${step}[0]/left#0`, deduplicated, (act) =>
              branch.step(idempotent('left', null), act),
            ),
          (branch) =>
            this.#effect(`${step}[1]/right#0`, charged, (act) =>
              branch.step(exactlyOnceGuarded('right', 'money_moving', 'rerun', null), act),
            ),
        ]);
    }
  }

  /** The store acts on the outside, once for this step. */
  async #atStore(context: DurableContext, step: string): Promise<void> {
    const remote = this.#remote;
    if (remote === undefined) return;
    const input = encodeOrder({ operation: this.#operation, step });
    await this.#effect(step, deduplicated, () =>
      context.step(idempotent('remote', null), async (handle) => {
        const answer = await remote.perform(handle, { computation: orderComputation, input });
        return readText(decode(answer), 'answer');
      }),
    );
  }

  /** The program begins, from its first line. */
  began(): void {
    this.#observe({ kind: 'program.began', node: 'program', operation: this.#operation, run: 0, text: '' });
  }

  /** The program has come to its end. Returns what it has done to the outside. */
  ended(): CborValue {
    for (const done of this.#done) this.#observe({ kind: 'program.ended', node: 'program', ...done });
    return this.#done.map(({ operation, step }) => [operation, step]);
  }

  /** An operation within this one, with effects of its own. */
  async #nested(context: DurableContext, step: string, name: string): Promise<void> {
    const child = `${this.#operation}/${step}`;
    const plan = this.#remote === undefined ? nestedPlan : nestedPlanOfFleet;
    try {
      const answer = await context.workflow(name, drawnWorkflowName, inputOf(child, plan));
      this.#answered(step, JSON.stringify(answer));
      this.#done.push(...readDone(answer));
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      const { message: reason } = error.failure;
      this.#answered(step, `${error.code}: ${reason}`);
      this.#observe({ kind: 'child.failed', node: 'program', operation: this.#operation, step, reason });
    }
  }

  async #effect(
    step: string,
    boundary: Boundary,
    run: (act: (handle: StepHandle) => Promise<string>) => Promise<CborValue | AssumedDone>,
  ): Promise<void> {
    const operation = this.#operation;
    try {
      const answer = await run(({ idempotencyKey: key }) => {
        this.#observe({ kind: 'effect.begun', node: this.#life.process.name, operation, step });
        return this.#outside.ask(this.#life, { operation, run: 0, step, deed: step, key, ...boundary });
      });
      this.#answered(step, typeof answer === 'string' ? answer : 'assumed done');
      if (boundary.provider === 'dedup') this.#done.push({ operation, step });
    } catch (error) {
      if (!(error instanceof StepFailed) && !(error instanceof AmbiguousEffect)) throw error;
      this.#answered(step, error.code);
    }
  }

  #answered(step: string, answer: string): void {
    this.#observe({ kind: 'step.answered', node: 'program', operation: this.#operation, step, answer });
  }

  #observe(fact: Fact): void {
    if (this.#life.alive) this.#bench.observe(fact);
  }
}
