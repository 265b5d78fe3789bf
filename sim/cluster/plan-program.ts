import type { CborValue } from '../../src/codec/cbor.js';
import { readText } from '../../src/codec/shape.js';
import { assumedDone, type DurableContext } from '../../src/steps/context.js';
import { idempotent, type StepHandle } from '../../src/steps/descriptor.js';
import { AmbiguousEffect, StepFailed } from '../../src/steps/step-errors.js';
import type { Bench } from '../kernel/oracle.js';
import type { Life } from '../kernel/process.js';
import type { Fact } from '../oracles/facts.js';
import { epochMs } from '../world/clock.js';
import type { Outside, OutsideRequest } from './outside.js';
import { performEffect } from './perform-effect.js';
import type { EffectStep, Plan, PlanStep } from './plan.js';

/** What a program that follows a plan needs of the world. */
export interface PlanWorld {
  readonly life: Life;
  readonly bench: Bench<Fact>;
  readonly outside: Outside;
  /** Hands a token to whoever may resolve a promise. */
  readonly handOver: (token: {
    readonly operation: string;
    readonly step: string;
    readonly token: string;
  }) => void;
}

/** Who runs: one operation, in one of its runs. */
export interface PlanRun {
  readonly operation: string;
  readonly run: number;
  /** Stands for the text of the program. */
  readonly text: string;
}

/** Something that happens at a key, within the scope of a context. */
interface Place {
  readonly context: DurableContext;
  readonly scope: string;
}

/** Follows a plan from its first line, and tells the bench what it calls for and what it is answered. */
export class PlanProgram {
  readonly #world: PlanWorld;
  readonly #self: PlanRun;
  readonly #plan: Plan;
  readonly #occurrences = new Map<string, number>();
  readonly #mustBeDone: string[] = [];

  constructor(world: PlanWorld, self: PlanRun, plan: Plan) {
    this.#world = world;
    this.#self = self;
    this.#plan = plan;
  }

  async follow(context: DurableContext): Promise<CborValue> {
    const { operation, run, text } = this.#self;
    this.#tell({ kind: 'program.began', node: 'program', operation, run, text });
    await this.#takeAll({ context, scope: '' }, this.#plan.steps);
    for (const step of this.#mustBeDone) {
      this.#tell({ kind: 'program.ended', node: 'program', operation, step });
    }
    return this.#plan.steps.length;
  }

  async #takeAll(place: Place, steps: readonly PlanStep[]): Promise<void> {
    const { operation, run } = this.#self;
    let halted: unknown;
    for (const step of steps) {
      try {
        await this.#take(place, step);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
        this.#tell({ kind: 'program.halted', node: 'program', operation, run, code });
        if (!this.#plan.isStubborn) throw error;
        halted ??= error;
      }
    }
    if (halted === undefined) {
      this.#tell({ kind: 'program.left', node: 'program', operation, run, scope: place.scope });
    }
  }

  async #take(place: Place, step: PlanStep): Promise<void> {
    const { context, scope } = place;
    switch (step.kind) {
      case 'effect':
        return this.#effect(place, step, step.input);
      case 'stamp': {
        this.#called(scope, 'stamp', 'now');
        const nowMs = await context.now('stamp');
        // No two deeds have one input, whatever the clock shows.
        return this.#effect(place, step.effect, nowMs * 1000 + step.effect.deed);
      }
      case 'nap': {
        const key = this.#called(scope, step.name, `nap ${step.durationMs}`);
        await context.sleep(step.name, step.durationMs);
        return this.#answered(key, 'woken');
      }
      case 'until': {
        const key = this.#called(scope, step.name, 'until');
        await context.sleepUntil(step.name, this.#nowMs() + step.offsetMs);
        return this.#answered(key, 'woken');
      }
      case 'approval': {
        const { key, value } = await this.#approval(place, step.name);
        return this.#answered(key, readText(await value, 'value'));
      }
      case 'deadline':
        return this.#deadline(place, step.name, step.durationMs);
      case 'fork':
        return this.#fork(
          place,
          step.name,
          step.branches.map((branch) => (inner) => this.#takeAll(inner, branch)),
        );
    }
  }

  async #effect({ context, scope }: Place, step: EffectStep, input: number): Promise<void> {
    const { name, effect, provider } = step;
    const guarded = effect.kind === 'guarded';
    const terms = guarded ? `guarded ${effect.subclass} ${effect.policy}` : effect.kind;
    const key = this.#called(scope, name, `${terms} ${input}`);
    const request = (handle: StepHandle): OutsideRequest => {
      const { operation, run } = this.#self;
      const deed = `${operation}/${step.deed}`;
      return { operation, run, step: key, deed, key: handle.idempotencyKey, guarded, provider };
    };
    const { life, outside } = this.#world;
    const act = (handle: StepHandle) => outside.ask(life, request(handle));
    const query = (handle: StepHandle) => outside.query(life, request(handle));
    try {
      const answer = await performEffect(context, step, input, act, query);
      this.#answered(key, answer === assumedDone ? 'assumed done' : answer);
      if (provider === 'dedup' && answer !== assumedDone) this.#mustBeDone.push(key);
    } catch (error) {
      if (!(error instanceof StepFailed) && !(error instanceof AmbiguousEffect)) throw error;
      this.#answered(key, error.code);
    }
  }

  /** Makes a promise, hands its token over, and begins to wait for it. */
  async #approval(
    { context, scope }: Place,
    name: string,
  ): Promise<{ readonly key: string; readonly value: Promise<CborValue> }> {
    const { operation } = this.#self;
    const { life, outside, handOver } = this.#world;
    const key = this.#called(scope, name, 'promise');
    const promise = await context.promise(name);
    const handKey = this.#called(scope, `hand-${name}`, 'idempotent');
    try {
      const answer = await context.step(idempotent(`hand-${name}`, null), async () => {
        const token = await promise.issueToken();
        return outside.deliver(life, () => handOver({ operation, step: key, token }));
      });
      this.#answered(handKey, answer);
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      this.#answered(handKey, error.code);
    }
    return { key, value: promise.value() };
  }

  #deadline(place: Place, name: string, durationMs: number): Promise<void> {
    return this.#fork(place, name, [
      async (inner) => {
        const { value } = await this.#approval(inner, 'ask');
        this.#called(inner.scope, 'limit', `nap ${durationMs}`);
        // Which of them is first may be another one in the next run: nothing is made of it.
        await Promise.race([value, inner.context.sleep('limit', durationMs)]);
        const { operation, run } = this.#self;
        this.#tell({ kind: 'program.left', node: 'program', operation, run, scope: inner.scope });
      },
    ]);
  }

  async #fork(
    { context, scope }: Place,
    name: string,
    branches: readonly ((place: Place) => Promise<void>)[],
  ): Promise<void> {
    const { operation, run } = this.#self;
    const step = this.#key(scope, name);
    this.#tell({
      kind: 'program.forked',
      node: 'program',
      operation,
      run,
      scope,
      step,
      branches: branches.length,
    });
    await context.parallel(
      name,
      branches.map((branch, index) => (inner) => branch({ context: inner, scope: `${step}[${index}]/` })),
    );
  }

  /** The key of the next call of that name in that scope, as the engine has to count it. */
  #key(scope: string, name: string): string {
    const counted = scope + name;
    const occurrence = this.#occurrences.get(counted) ?? 0;
    this.#occurrences.set(counted, occurrence + 1);
    return `${counted}#${occurrence}`;
  }

  #called(scope: string, name: string, terms: string): string {
    const { operation, run } = this.#self;
    const step = this.#key(scope, name);
    const called = { kind: 'program.called', node: 'program', operation, run } as const;
    this.#tell({ ...called, scope, step, terms: `${name} ${terms}` });
    return step;
  }

  #answered(step: string, answer: string): void {
    this.#tell({ kind: 'step.answered', node: 'program', operation: this.#self.operation, step, answer });
  }

  #nowMs(): number {
    return epochMs + this.#world.life.process.simulation.nowMs;
  }

  #tell(fact: Fact): void {
    const { life, bench } = this.#world;
    if (life.alive) bench.observe(fact);
  }
}
