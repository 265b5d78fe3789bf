import { expect, test } from 'vitest';
import { NodeJournal } from '../../../src/node/node-journal.js';
import { Room } from '../../../src/node/room.js';
import { Shell } from '../../../src/node/shell.js';
import { stepsProjection } from '../../../src/steps/projection.js';
import { stepKeyOf } from '../../../src/steps/step-key.js';
import { Sea } from '../log/sea.js';
import { options } from './fixtures.js';

test('whoever has ended already does not wait for a promise', async () => {
  await new Sea().run(async (ports) => {
    const steps = new Room(stepsProjection);
    const shell = await Shell.open(ports, options, [steps]);
    const journal = new NodeJournal(ports, shell, steps, {
      finish: () => Promise.reject(new Error('not asked for')),
      child: () => Promise.reject(new Error('not asked for')),
      mayAct: () => true,
    });
    await expect(journal.whenResolved('e', stepKeyOf('word#0'), AbortSignal.abort())).rejects.toMatchObject({
      code: 'SLEEP_ABORTED',
    });
  });
});
