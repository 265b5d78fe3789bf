import { describe, expect, test } from 'vitest';
import { encodePeerMessage } from '../../../../src/node/worker/peer-message.js';
import { idempotent } from '../../../../src/steps/descriptor.js';
import type { Workflow } from '../../../../src/steps/run-workflow.js';
import { type Fleet, sail } from './fleet.js';

const request = { operationId: 'o', sessionId: 's', workflow: 'nap', input: null };

function nap(keys: string[]): Workflow {
  return {
    name: 'nap',
    async program(context) {
      await context.step(idempotent('lie-down', null), ({ idempotencyKey }) => {
        keys.push(idempotencyKey);
        return null;
      });
      await context.sleep('nap', 1000);
      return 'rested';
    },
  };
}

/** When which worker did something for the session, in order. */
function acts(fleet: Fleet): string[] {
  return fleet.told
    .filter(({ kind }) => kind === 'worker.acts')
    .map(({ worker, fields }) => `${worker} ${fields['generation']} ${fields['act']}`);
}

describe('a session that is transferred', () => {
  test('goes on at its target with what is open of it, and nothing of it is done at its source any more', async () => {
    const keys: string[] = [];
    await sail([nap(keys)], async (fleet) => {
      const one = await fleet.worker('worker-1');
      const two = await fleet.worker('worker-2');
      await one.node.submit(request);
      await fleet.ports.clock.sleep(50);
      expect(await one.node.transfer('s', two.node.ownerId, 1000)).toEqual({ kind: 'transferred' });
      expect((await one.node.wait('o')).value).toBe('rested');
      expect(keys).toHaveLength(2);
      expect(new Set(keys).size).toBe(1);
      expect(acts(fleet)).toEqual([
        'worker-1 0 list',
        'worker-1 0 admit',
        'worker-1 0 step',
        'worker-2 1 list',
        'worker-2 1 step',
        'worker-2 1 settle',
      ]);
      expect(fleet.events('session.took')).toMatchObject([
        { role: 'target', label: 'offer' },
        { role: 'source', label: 'settled' },
      ]);
      expect(fleet.events('session.refused')).toEqual([]);
    });
  });

  test('goes on at a target that has just asked for it, and is told that it is owned', async () => {
    await sail([nap([])], async (fleet) => {
      const one = await fleet.worker('worker-1');
      const two = await fleet.worker('worker-2');
      await one.node.submit(request);
      await fleet.ports.clock.sleep(50);
      const transfer = one.node.transfer('s', two.node.ownerId, 1000);
      // The offer is on its way, and so is what takes it: this claim comes right after that.
      await fleet.ports.clock.sleep(17);
      const other = two.node.submit({ ...request, operationId: 'other' });
      expect(await transfer).toEqual({ kind: 'transferred' });
      expect(await other).toMatchObject({ kind: 'accepted' });
      expect(fleet.authority.asked.filter((each) => each === 'claim s worker-2#1')).toHaveLength(1);
      expect((await one.node.wait('o')).value).toBe('rested');
      expect((await two.node.wait('other')).value).toBe('rested');
    });
  });

  test('stays where it is when the target does not come', async () => {
    await sail([nap([])], async (fleet) => {
      const one = await fleet.worker('worker-1');
      const two = await fleet.worker('worker-2');
      await one.node.submit(request);
      fleet.cutOff.add('worker-2');
      expect(await one.node.transfer('s', two.node.ownerId, 500)).toEqual({
        kind: 'kept',
        reason: 'WORKER_TARGET_SILENT',
      });
      expect((await one.node.wait('o')).value).toBe('rested');
      expect(fleet.authority.settled.get('o')?.generation).toBe(0);
    });
  });

  test('stays where it is when it was offered to a life that is over', async () => {
    await sail([nap([])], async (fleet) => {
      const one = await fleet.worker('worker-1');
      await fleet.worker('worker-2');
      await one.node.submit(request);
      expect(await one.node.transfer('s', 'worker-2#7', 500)).toEqual({
        kind: 'kept',
        reason: 'OWNERSHIP_NOT_THE_TARGET',
      });
      expect((await one.node.wait('o')).value).toBe('rested');
    });
  });

  test('is taken, though its source never hears of it', async () => {
    await sail([nap([])], async (fleet) => {
      const one = await fleet.worker('worker-1');
      const two = await fleet.worker('worker-2');
      await one.node.submit(request);
      const transfer = one.node.transfer('s', two.node.ownerId, 300);
      await fleet.ports.clock.sleep(20);
      fleet.cutOff.add('worker-1');
      expect(await transfer).toEqual({ kind: 'lost' });
      expect((await one.node.wait('o')).value).toBe('rested');
      expect(fleet.authority.settled.get('o')?.generation).toBe(1);
    });
  });

  test('has nothing begun for it while it is offered: split-witness 113553', async () => {
    await sail([nap([])], async (fleet) => {
      const one = await fleet.worker('worker-1');
      await one.node.submit(request);
      await fleet.ports.clock.sleep(50);
      const admit = one.line.admit.bind(one.line);
      one.line.admit = async (...asked) => {
        // Overtaken by the offer: the authority refuses it for as long as that stands.
        await fleet.ports.clock.sleep(30);
        return admit(...asked);
      };
      const other = one.node.submit({ ...request, operationId: 'other' });
      await fleet.ports.clock.sleep(1);
      const transfer = one.node.transfer('s', 'worker-2#1', 1000);
      await fleet.ports.clock.sleep(900);
      expect(acts(fleet).filter((act) => act === 'worker-1 0 admit')).toHaveLength(2);
      expect(fleet.authority.asked.filter((each) => each === 'admit other')).toHaveLength(1);
      expect(await transfer).toMatchObject({ kind: 'kept' });
      expect(await other).toMatchObject({ kind: 'accepted' });
    });
  });

  test('is held once by a target that was granted it twice at once', async () => {
    await sail([nap([])], async (fleet) => {
      const one = await fleet.worker('worker-1');
      const two = await fleet.worker('worker-2');
      await one.node.submit(request);
      await fleet.ports.clock.sleep(50);
      const transfer = one.node.transfer('s', two.node.ownerId, 1000);
      await fleet.ports.clock.sleep(12);
      const receipt = fleet.authority.sessions.get('s')?.receipt;
      if (receipt == null) throw new Error('nothing is offered');
      // The offer once more, when the first one is about to be taken.
      await Promise.all([
        transfer,
        two.node.serve(encodePeerMessage({ kind: 'offer', conversation: 'again', receipt })),
      ]);
      expect(fleet.authority.asked.filter((each) => each === 'take s')).toHaveLength(2);
      expect(fleet.events('worker.lease', 'worker-2')).toHaveLength(1);
      expect((await one.node.wait('o')).value).toBe('rested');
    });
  });

  test('goes on where it is when it is offered to the very worker that owns it', async () => {
    await sail([nap([])], async (fleet) => {
      const one = await fleet.worker('worker-1');
      await one.node.submit(request);
      await fleet.ports.clock.sleep(50);
      expect(await one.node.transfer('s', one.node.ownerId, 1000)).toEqual({ kind: 'transferred' });
      expect((await one.node.wait('o')).value).toBe('rested');
      expect(fleet.events('worker.lost').slice(0, 1)).toMatchObject([{ generation: 0, reason: 'succeeded' }]);
      expect(fleet.authority.settled.get('o')?.generation).toBe(1);
    });
  });

  test('is refused by whoever does not own it', async () => {
    await sail([nap([])], async (fleet) => {
      const one = await fleet.worker('worker-1');
      expect(await one.node.transfer('s', 'worker-2#1', 300)).toEqual({ kind: 'lost' });
    });
  });
});
