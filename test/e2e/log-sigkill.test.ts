import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { openLog } from '../../src/log/log.js';
import { nodePorts } from '../../src/runtime/node/ports.js';
import { bundledChild } from './bundled-child.js';

const kills = 100;
const bundled = bundledChild('log-sigkill');

/** What a killed child had said, or shown by surviving. */
interface Promised {
  lastLsn: number;
  snapshotLsn: number;
  /** Which life wrote the record with this LSN. Of no use below the last snapshot. */
  readonly lifeOf: Map<number, number>;
}

/**
 * Runs the child and kills it `delayMs` after it has said `linesBefore` lines. Says whether it had opened the
 * log.
 */
async function killedLife(life: number, linesBefore: number, delayMs: number, promised: Promised) {
  const child = spawn(process.execPath, [bundled.script, bundled.folder, `${life}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = (): void => {
    setTimeout(() => child.kill('SIGKILL'), delayMs);
  };
  let lines = 0;
  let ackedLsn = 0;
  if (linesBefore === 0) kill();
  for await (const line of createInterface(child.stdout)) {
    lines += 1;
    if (lines === linesBefore) kill();
    const [event, lsn] = line.split(' ');
    if (event === 'acked') ackedLsn = Number(lsn);
    if (event === 'snapshot') promised.snapshotLsn = Number(lsn);
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  for (let lsn = promised.lastLsn + 1; lsn <= ackedLsn; lsn += 1) promised.lifeOf.set(lsn, life);
  promised.lastLsn = Math.max(promised.lastLsn, ackedLsn);
  return lines > 0;
}

/**
 * Opens the log of a killed child, and checks that all that was promised is there and nothing else, in whole
 * batches.
 */
async function judge(promised: Promised): Promise<void> {
  let expectedLsn = 1;
  let missingOfBatch = 0;
  const log = await openLog(
    nodePorts(bundled.folder),
    { directory: 'log', segmentBytes: 16 * 1024 },
    {
      snapshot: (lsn, payload) => {
        expect(Buffer.from(payload).toString()).toBe(`${lsn}`);
        expectedLsn = lsn + 1;
      },
      record: (lsn, content) => {
        const [life, ownLsn, index, size] = Buffer.from(content).toString().split('/').map(Number);
        expect([lsn, ownLsn]).toEqual([expectedLsn, expectedLsn]);
        expect(life).toBe(promised.lifeOf.get(lsn) ?? life);
        promised.lifeOf.set(lsn, life ?? 0);
        missingOfBatch = (size ?? 0) - (index ?? 0) - 1;
        expectedLsn += 1;
      },
    },
  );
  expect(log.lastLsn).toBe(expectedLsn - 1);
  expect(log.lastLsn).toBeGreaterThanOrEqual(promised.lastLsn);
  expect(log.snapshotLsn).toBeGreaterThanOrEqual(promised.snapshotLsn);
  expect(missingOfBatch).toBe(0);
  promised.lastLsn = log.lastLsn;
  promised.snapshotLsn = log.snapshotLsn;
  await log.close();
}

test(`a process that is killed ${kills} times loses nothing that it acknowledged`, async () => {
  const random = seedrandom.alea('sigkill');
  const below = (bound: number): number => Math.floor(random() * bound);
  const promised: Promised = { lastLsn: 0, snapshotLsn: 0, lifeOf: new Map() };
  let openings = 0;
  for (let life = 1; life <= kills; life += 1) {
    // One in eight dies at some moment from its start on, most likely in its recovery; the others while they
    // append.
    const early = below(8) === 0;
    const opened = await killedLife(life, early ? 0 : 1 + below(40), early ? below(120) : below(6), promised);
    if (opened) openings += 1;
    await judge(promised);
  }
  expect(openings).toBeGreaterThan(kills / 2);
  expect(promised.lastLsn).toBeGreaterThan(1000);
  expect(promised.snapshotLsn).toBeGreaterThan(100);
});
