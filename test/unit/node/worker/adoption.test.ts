import { describe, expect, test } from 'vitest';
import { encode } from '../../../../src/codec/cbor.js';
import type { LedgerStanding, Settlement } from '../../../../src/node/authority/authority.js';
import { exactlyOnceGuarded, idempotent } from '../../../../src/steps/descriptor.js';
import type { Workflow } from '../../../../src/steps/run-workflow.js';
import { type Fleet, sail } from './fleet.js';

const request = { operationId: 'o', sessionId: 's', workflow: 'errand', input: null };

/** An effect of which nobody hears, so that it stays in doubt. */
const doubtful: Workflow = {
  name: 'errand',
  program: (context) =>
    context.step(exactlyOnceGuarded('go', 'destructive', 'rerun', null), () =>
      Promise.reject(new Error('lost')),
    ),
};

const plain: Workflow = {
  name: 'errand',
  async program(context) {
    await context.step(idempotent('go', null), () => null);
    await context.sleep('rest', 100_000);
    return null;
  },
};

/** The same by name, and another program. */
const changed: Workflow = {
  name: 'errand',
  async program(context) {
    await context.step(idempotent('run', null), () => null);
    return null;
  },
};

function settle(fleet: Fleet, settlement: Settlement): void {
  fleet.authority.settled.set('o', { operationId: 'o', sessionId: 's', generation: 5, settlement });
}

/** Runs an operation for a while, restarts its worker with `next`, with the operation settled meanwhile, and tells how it ends there. */
function ended(first: Workflow, next: Workflow, settlement: Settlement) {
  return sail([first], async (fleet) => {
    const { node } = await fleet.worker('worker-1');
    await node.submit(request);
    await fleet.ports.clock.sleep(50);
    await node.close();
    settle(fleet, settlement);
    const again = await fleet.worker('worker-1', { workflows: [next] });
    const end = await again.node.wait('o');
    return { ...end, acts: fleet.events('worker.acts').filter(({ act }) => act === 'step').length };
  });
}

const finalized = { outcome: 'finalized', payload: encode('there') } as const;

describe('an operation that was settled elsewhere', () => {
  test('ends with the result of the fact, whatever is in doubt here; nothing of it is run', async () => {
    const { value, acts } = await ended(doubtful, doubtful, finalized);
    expect(value).toBe('there');
    expect(acts).toBe(1);
  });

  test.each([
    [
      { outcome: 'rejected', reason: 'TypeError: no' },
      { kind: 'failed', error: 'TypeError: no' },
    ],
    [
      { outcome: 'aborted', reason: 'given up' },
      { kind: 'cancelled', reason: 'given up' },
    ],
    [
      { outcome: 'timed_out', reason: 'too late' },
      { kind: 'failed', error: 'TimedOut: too late' },
    ],
  ] as const)('ends as %o', async (settlement, outcome) => {
    expect((await ended(plain, plain, settlement)).watch).toMatchObject({ outcome });
  });

  test('ends with the result of the fact, though the program does not match its journal any more', async () => {
    const { value } = await sail([plain], async (fleet) => {
      const first = await fleet.worker('worker-1');
      await first.node.submit(request);
      await fleet.ports.clock.sleep(50);
      await first.node.close();
      const second = await fleet.worker('worker-1', { workflows: [changed] });
      // Settled between the divergence and what this worker wants to settle.
      const { authority } = fleet;
      second.line.settle = (capability, id, proposed) => {
        expect(proposed).toMatchObject({ outcome: 'rejected' });
        settle(fleet, finalized);
        return Promise.resolve(authority.settle(capability, id, proposed));
      };
      return second.node.wait('o');
    });
    expect(value).toBe('there');
  });

  test('so long ago that only a tombstone is left ends so too, without a result', async () => {
    await sail([plain], async (fleet) => {
      const { node, line } = await fleet.worker('worker-1');
      await node.submit(request);
      await fleet.ports.clock.sleep(50);
      const terms = { operationId: 'o', sessionId: 's', workflow: 'errand', inputDigest: '', generation: 3 };
      const standing: LedgerStanding = { kind: 'entombed', tombstone: { ...terms, outcome: 'finalized' } };
      line.standing = () => Promise.resolve(standing);
      fleet.authority.sessions.clear();
      line.isCut = true;
      await fleet.ports.clock.sleep(1000);
      const { watch, value } = await node.wait('o');
      expect(watch).toMatchObject({ outcome: { kind: 'completed' } });
      expect(value).toBeUndefined();
    });
  });
});

test('a guarded step whose session is lost between intent and effect has not begun, and leaves nothing in doubt', async () => {
  const done: string[] = [];
  const guarded: Workflow = {
    name: 'errand',
    async program(context) {
      const told = await context.step(exactlyOnceGuarded('go', 'destructive', 'skip', null), () => {
        done.push('went');
        return 'went';
      });
      return told === 'went' ? told : 'assumed';
    },
  };
  await sail([guarded], async (fleet) => {
    let isSlow = false;
    const { disk } = fleet.ports;
    const slow = {
      ...fleet.ports,
      disk: {
        list: (directory: string) => disk.list(directory),
        rename: (from: string, to: string) => disk.rename(from, to),
        remove: (path: string) => disk.remove(path),
        makeDirectory: (directory: string) => disk.makeDirectory(directory),
        syncDirectory: (directory: string) => disk.syncDirectory(directory),
        lock: (path: string) => disk.lock(path),
        open: async (path: string, mode: 'create' | 'existing') => {
          const file = await disk.open(path, mode);
          return {
            path: file.path,
            size: () => file.size(),
            append: (bytes: Uint8Array) => file.append(bytes),
            writeAt: (offset: number, bytes: Uint8Array) => file.writeAt(offset, bytes),
            read: (offset: number, length: number) => file.read(offset, length),
            truncate: (length: number) => file.truncate(length),
            close: () => file.close(),
            sync: async () => {
              if (isSlow) await fleet.ports.clock.sleep(1500);
              return file.sync();
            },
          };
        },
      },
    };
    const { node, line } = await fleet.worker('worker-1', {}, slow);
    await node.submit(request);
    isSlow = true;
    line.isCut = true;
    await fleet.ports.clock.sleep(3000);
    expect(done).toEqual([]);
    isSlow = false;
    line.isCut = false;
    // In doubt, it would be taken as done, and never be.
    expect((await node.wait('o')).value).toBe('went');
    expect(done).toEqual(['went']);
  });
});
