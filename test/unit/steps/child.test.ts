import { expect, test } from 'vitest';
import type { DurableContext } from '../../../src/steps/context.js';
import { Harbour, Life, run, sailThrough } from './harness.js';

const shipping = async (context: DurableContext): Promise<string> => {
  const receipt = await context.workflow('ship', 'shipping', 'anchor');
  return typeof receipt === 'string' ? receipt : 'none';
};

function harbour(): Harbour {
  const made = new Harbour();
  made.workflows.set('shipping', (input) => ({
    kind: 'value',
    value: `receipt for ${JSON.stringify(input)}`,
  }));
  return made;
}

test('a step that runs another workflow answers what that came to, and replayed the same', async () => {
  for (let crashAt = 1; crashAt < 14; crashAt += 1) {
    const { outcome } = await sailThrough(shipping, [crashAt], harbour());
    expect(outcome).toEqual({ kind: 'completed', value: 'receipt for "anchor"' });
  }
});

test('the failure of another workflow is journaled as that of the step', async () => {
  const calm = new Harbour();
  const outcome = await run(new Life(calm), shipping);
  expect(outcome).toMatchObject({ kind: 'failed', failure: { name: 'StepFailed' } });
  expect(calm.entries.find(({ kind }) => kind === 'step_failed')).toMatchObject({
    outcome: { failure: { name: 'ChildFailed', message: 'no such workflow' } },
  });
});
