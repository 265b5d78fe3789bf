import type { Check, Oracle } from '../kernel/oracle.js';
import type { Fact } from './facts.js';
import { isOneOf } from './is-one-of.js';
import { wordsOf } from './operation-facts.js';

const kinds = [
  'log.saga-begun',
  'log.saga-step',
  'log.saga-turned',
  'log.saga-ended',
  'log.saga-forgotten',
  'saga.effect',
] as const;

type SagaFact = Extract<Fact, { readonly kind: (typeof kinds)[number] }>;

/** One saga, as the log and the world tell it. */
interface ModelSaga {
  readonly steps: readonly string[];
  /** How far each step that was tried has come, in the order of steps. */
  readonly tried: ('tried' | 'done' | 'failed' | 'compensated')[];
  /** By step: what the world shows. */
  readonly world: Map<string, 'done' | 'undone'>;
  hasTurned: boolean;
  end: '' | 'done' | 'compensated';
}

/**
 * A saga that has ended is wholly done, or wholly undone: in its log and in the world. It tries its steps in order, and undoes whatever it
 * tried, also what it does not know to be done, in reverse order, each once; nothing is done for it before it is on record, nothing twice, and
 * nothing comes back that was undone.
 */
export function sagaAllOrNothing(): Oracle<Fact> {
  const sagas = new Map<string, ModelSaga>();
  return {
    id: 'saga-all-or-nothing',
    onFact(fact, check) {
      if (!isOneOf(fact, kinds)) return;
      const { saga: id } = fact;
      if (fact.kind === 'log.saga-begun') {
        const known = sagas.get(id);
        check(known === undefined, id, () => 'begun, and it was begun before');
        const steps = wordsOf(fact.steps);
        sagas.set(id, { steps, tried: [], world: new Map(), hasTurned: false, end: '' });
        return;
      }
      const saga = sagas.get(id);
      check(saga !== undefined, id, () => `${fact.kind}, and it was never begun`);
      if (saga !== undefined) judge(saga, fact, check);
      // Its id may stand for another one later; what the world shows of this one was judged when it ended.
      if (fact.kind === 'log.saga-forgotten') sagas.delete(id);
    },
    atQuiescence(check) {
      for (const [id, saga] of sagas) if (saga.end !== '') judgeWorld(id, saga, check);
    },
  };
}

function judge(saga: ModelSaga, fact: Exclude<SagaFact, { kind: 'log.saga-begun' }>, check: Check): void {
  const { saga: id } = fact;
  switch (fact.kind) {
    case 'log.saga-step':
      check(saga.end === '', id, () => `step ${fact.step} ${fact.standing}, and it has ended`);
      return judgeStep(saga, fact, check);
    case 'log.saga-turned':
      check(saga.end === '' && !saga.hasTurned, id, () => 'goes back twice, or after its end');
      saga.hasTurned = true;
      return;
    case 'log.saga-ended': {
      const { outcome } = fact;
      check(saga.end === '', id, () => `ended as ${outcome}, and before as ${saga.end}`);
      const due = outcome === 'done' ? 'done' : 'compensated';
      const isWhole = outcome === 'compensated' || saga.tried.length === saga.steps.length;
      check((outcome === 'compensated') === saga.hasTurned && isWhole, id, () => {
        return `ended as ${outcome} after ${saga.tried.length} of ${saga.steps.length} steps`;
      });
      const odd = saga.tried.findIndex((standing) => standing !== due);
      check(odd === -1, id, () => `ended as ${outcome}, and step ${odd} is ${saga.tried[odd] ?? ''}`);
      saga.end = outcome;
      judgeWorld(id, saga, check);
      return;
    }
    case 'log.saga-forgotten':
      check(saga.end !== '', id, () => 'forgotten, and it has not ended');
      return;
    case 'saga.effect':
      return judgeEffect(saga, fact, check);
  }
}

function judgeStep(
  saga: ModelSaga,
  { saga: id, step, standing }: Extract<Fact, { readonly kind: 'log.saga-step' }>,
  check: Check,
): void {
  const { tried } = saga;
  const before = tried[step];
  const inReverse = tried.findLastIndex((each) => each !== 'compensated');
  switch (standing) {
    case 'tried': {
      const isNext = step === tried.length && (step === 0 || tried[step - 1] === 'done');
      check(!saga.hasTurned, id, () => `step ${step} is tried, and it goes back`);
      check(isNext || before === 'tried', id, () => `step ${step} is tried out of order`);
      tried[step] = 'tried';
      return;
    }
    case 'done':
    case 'failed':
      check(before === 'tried', id, () => `step ${step} is ${standing}, and was ${before ?? 'never tried'}`);
      tried[step] = standing;
      return;
    case 'compensating':
      check(saga.hasTurned, id, () => `step ${step} is to be compensated, and it goes forward`);
      check(step === inReverse, id, () => `step ${step} is to be compensated, and ${inReverse} is next`);
      return;
    case 'compensated':
      check(step === inReverse, id, () => `step ${step} is compensated, and ${inReverse} is next`);
      tried[step] = 'compensated';
      return;
  }
}

function judgeEffect(
  saga: ModelSaga,
  { saga: id, step, way }: Extract<Fact, { readonly kind: 'saga.effect' }>,
  check: Check,
): void {
  const standing = saga.tried[saga.steps.indexOf(step)];
  const before = saga.world.get(step);
  if (way === 'done') {
    check(standing !== undefined, id, () => `${step} is done, and no try of it is on record`);
    check(standing !== 'compensated', id, () => `${step} is done, and it is on record as undone`);
    check(before === undefined, id, () => `${step} is done, and was ${before ?? ''} before`);
  } else {
    check(saga.hasTurned, id, () => `${step} is undone, and it goes forward`);
    check(before === 'done', id, () => `${step} is undone, and was ${before ?? 'never done'}`);
    const later = saga.steps
      .slice(saga.steps.indexOf(step) + 1)
      .find((each) => saga.world.get(each) === 'done');
    check(later === undefined, id, () => `${step} is undone before ${later ?? ''}, which came after it`);
  }
  saga.world.set(step, way);
}

function judgeWorld(id: string, saga: ModelSaga, check: Check): void {
  const due = saga.end === 'done' ? 'done' : 'undone';
  for (const [step, way] of saga.world) {
    check(way === due, id, () => `ended as ${saga.end}, and ${step} is ${way} in the world`);
  }
}
