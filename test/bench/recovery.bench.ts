import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { grouped } from '../../sim/report/figures.js';
import { growHistory } from './recovery-history.js';
import { median } from './rounds.js';
import { printTable, ratioText } from './table.js';

/** How much is recovered. */
export interface RecoverySizes {
  readonly records: readonly number[];
  readonly liveOperations: number;
  readonly snapshotEveryRecords: number;
  readonly rounds: number;
}

/** Enough for a figure. */
export const recoverySizes: RecoverySizes = {
  records: [100_000, 1_000_000],
  liveOperations: 1000,
  snapshotEveryRecords: 10_000,
  rounds: 3,
};

/** What the child that recovers tells. */
interface Recovered {
  readonly openMs: number;
  readonly lastLsn: number;
  readonly peakBytes: number;
  readonly heldBytes: number;
}

interface Row extends Recovered {
  readonly from: string;
}

/**
 * How long it takes to open a folder, and how much memory at most, each time in a process of its own: from the whole log, and from the
 * snapshot that is there when the process dies halfway to the next one.
 */
export async function recoveryBench(sizes: RecoverySizes): Promise<void> {
  const { liveOperations, snapshotEveryRecords, rounds } = sizes;
  const rows: Row[] = [];
  for (const records of sizes.records) {
    const folder = await mkdtemp(join(tmpdir(), 'seaworthy-bench-'));
    try {
      await growHistory(folder, records, liveOperations, Infinity);
      rows.push({ from: 'whole log', ...(await recoverInRounds(folder, rounds)) });
      await growHistory(folder, snapshotEveryRecords / 2, 0, snapshotEveryRecords);
      rows.push({ from: 'snapshot', ...(await recoverInRounds(folder, rounds)) });
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  printTable(
    `Recovery, ${grouped(liveOperations)} operations alive, a snapshot every ${grouped(snapshotEveryRecords)} records`,
    ['from', 'records', 'time', 'to 10^5', 'a record', 'peak memory', 'held'],
    rows.map((row) => {
      const least = rows.find(({ from }) => from === row.from) ?? row;
      return [
        row.from,
        grouped(row.lastLsn),
        `${grouped(row.openMs)} ms`,
        ratioText(row.openMs / least.openMs),
        `${((row.openMs * 1000) / row.lastLsn).toFixed(2)} µs`,
        megabytes(row.peakBytes),
        megabytes(row.heldBytes),
      ];
    }),
  );
}

async function recoverInRounds(folder: string, rounds: number): Promise<Recovered> {
  const recovered: Recovered[] = [];
  for (let round = 0; round < rounds; round += 1) recovered.push(await recover(folder));
  const medianOf = (of: keyof Recovered): number => median(recovered.map((each) => each[of]));
  return {
    openMs: medianOf('openMs'),
    lastLsn: medianOf('lastLsn'),
    peakBytes: medianOf('peakBytes'),
    heldBytes: medianOf('heldBytes'),
  };
}

async function recover(folder: string): Promise<Recovered> {
  const script = join(import.meta.dirname, 'recover.child.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, folder]);
  return JSON.parse(stdout);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
