import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { openEmbedded } from '../../src/node/embedded.js';
import type { RemoteSteps } from '../../src/node/worker/remote-steps.js';
import { nodePorts } from '../../src/runtime/node/ports.js';
import { idempotent } from '../../src/steps/descriptor.js';
import type { Workflow } from '../../src/steps/run-workflow.js';

const count = { kind: 'custom', name: 'count' } as const;

test('an embedded fleet has work done once, and knows what came of it in the next life of its process', async () => {
  const folder = temporaryFolder();
  let counted = 0;
  const options = {
    workflows: (remote: RemoteSteps): readonly Workflow[] => [
      {
        name: 'tally',
        program: async (context, input) => {
          const bytes = await context.step(idempotent('count', input), (step) =>
            remote.perform(step, { computation: count, input: Buffer.from(JSON.stringify(input)) }),
          );
          return Buffer.from(bytes).toString();
        },
      },
    ],
    computations: [
      [
        count,
        async (input: Uint8Array) => {
          counted += 1;
          return Buffer.from(`${Buffer.from(input).toString()} ${counted}`);
        },
      ],
    ] as const,
  };
  const request = { operationId: 'o', sessionId: 's', workflow: 'tally', input: 'sheep' };
  for (let life = 1; life <= 2; life += 1) {
    const fleet = await openEmbedded(nodePorts(folder), options);
    fleet.worker.start();
    expect((await fleet.worker.submit(request)).kind).toBe('accepted');
    expect((await fleet.worker.wait('o')).value).toBe('"sheep" 1');
    await fleet.close();
  }
  expect(counted).toBe(1);
});
