import { describe, expect, test } from 'vitest';
import type { Ports } from '../../../src/runtime/ports.js';
import type { DiskCrash } from '../../../sim/world/disk/simulated-disk.js';
import { appendAll, bytes, cruelLoss, openAndCollect, Sea, type Told } from './sea.js';

const options = { directory: 'data/log', segmentBytes: 1024 };

/** What the first life appended, batch by batch, and was told. */
interface Ledger {
  readonly batches: string[][];
  acked: number;
  snapshotLsn: number;
}

/** Appends, rotates, snapshots and compacts; writes down what was acknowledged the moment it is. */
async function workload(ports: Ports, ledger: Ledger): Promise<void> {
  const { log } = await openAndCollect(ports, options);
  for (let turn = 0; turn < 6; turn += 1) {
    for (let index = 0; index < 2; index += 1) {
      const batch = [`${turn}.${index}.a`, `${turn}.${index}.b`.padEnd(turn * 150, '-')];
      ledger.batches.push(batch);
      const { lastLsn } = log.append(batch.map(bytes));
      void log.durable(lastLsn).then(() => {
        ledger.acked = Math.max(ledger.acked, lastLsn);
      });
    }
    await log.durable(log.lastLsn);
    if (turn === 2) await log.rotate();
    if (turn === 1 || turn === 4) {
      const lsn = log.durableLsn;
      await log.snapshot(lsn, bytes(`state at ${lsn}`));
      ledger.snapshotLsn = lsn;
      await log.compact();
    }
  }
  await log.close();
}

/**
 * Checks all that a crash may not touch: nothing that was acknowledged, or shown by an earlier recovery, is
 * lost; nothing was invented; batches are whole.
 */
function judge({ snapshot, records, log }: Told, ledger: Ledger, where: string): void {
  const appended = ledger.batches.flat();
  const lsn = snapshot?.lsn ?? 0;
  const verdict = {
    where,
    records,
    keepsAcked: log.lastLsn >= ledger.acked,
    keepsBatchesWhole: log.lastLsn % 2 === 0,
    keepsSnapshot: lsn >= ledger.snapshotLsn,
    state: snapshot?.text ?? 'state at 0',
  };
  expect(verdict).toEqual({
    where,
    records: appended.slice(lsn, log.lastLsn),
    keepsAcked: true,
    keepsBatchesWhole: true,
    keepsSnapshot: true,
    state: `state at ${lsn}`,
  });
  ledger.acked = log.lastLsn;
  ledger.snapshotLsn = lsn;
}

/**
 * The records of the first life, when the process dies around its `call`-th port call; undefined when it
 * never got so far.
 */
async function crashed(seed: number, call: number, when: 'before' | 'after', crash: DiskCrash) {
  const sea = new Sea({ seed, faults: cruelLoss });
  const ledger: Ledger = { batches: [], acked: 0, snapshotLsn: 0 };
  const end = await sea.live((ports) => workload(ports, ledger), { crash, crashPoint: { call, when } });
  return end.kind === 'died' ? { sea, ledger } : undefined;
}

describe.each(['power', 'process'] as const)('a crash with loss of %s at every port call', (crash) => {
  test.each([1, 2, 3, 4])('loses nothing that was acknowledged, seed %i', async (seed) => {
    let crashes = 0;
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const first = await crashed(seed, call, when, crash);
        if (first === undefined) break;
        crashes += 1;
        const { sea, ledger } = first;
        const where = `seed ${seed}, ${when} call ${call}`;
        const reopen = async (ports: Ports) => {
          const told = await openAndCollect(ports, options);
          judge(told, ledger, where);
          return told.log;
        };
        await sea.run(reopen, 'power');
        await sea.run(async (ports) => {
          const log = await reopen(ports);
          ledger.batches.splice(log.lastLsn / 2, Infinity, ['after', 'the crash']);
          await appendAll(log, 'after', 'the crash');
          ledger.acked = log.lastLsn;
        }, 'power');
        await sea.run(reopen, 'power');
      }
    }
    expect(crashes).toBeGreaterThan(100);
  });
});

describe('R5: a second crash at every port call of the recovery', () => {
  test.each([1, 2])('W10: changes nothing about what is recovered, seed %i', async (seed) => {
    let crashes = 0;
    for (let call = 5 + seed; ; call += 7) {
      if ((await crashed(seed, call, 'after', 'power')) === undefined) break;
      for (let second = 1; ; second += 1) {
        const first = await crashed(seed, call, 'after', 'power');
        if (first === undefined) throw new Error('the same tape took another course');
        const recover = async (ports: Ports) => {
          const told = await openAndCollect(ports, options);
          judge(told, first.ledger, `seed ${seed}, call ${call}, then ${second}`);
          return told.records;
        };
        const crashPoint = { call: second, when: 'after' } as const;
        const end = await first.sea.live(recover, { crash: 'power', crashPoint });
        const records = await first.sea.run(recover, 'power');
        expect(await first.sea.run(recover, 'power')).toEqual(records);
        if (end.kind === 'done') break;
        crashes += 1;
      }
    }
    expect(crashes).toBeGreaterThan(100);
  });
});
