import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '../../src/log/log.js';
import { nodePorts } from '../../src/runtime/node/ports.js';
import { type Contender, measureInRounds } from './rounds.js';
import { printTable, rateText, ratioText } from './table.js';

const recordBytes = 200;
const record = new Uint8Array(recordBytes).fill(0x5a);
const syncsPerRound = 200;
const rounds = 5;

/** The part of better-sqlite3 that is measured. */
interface SqliteDatabase {
  pragma(source: string): unknown;
  exec(source: string): unknown;
  prepare(source: string): { run(...values: readonly unknown[]): unknown };
  transaction(work: () => void): () => void;
  close(): unknown;
}

/**
 * Durable appends per second on this machine's disk, beside SQLite with a WAL and full synchronisation, and
 * beside the floor: a write of one sector and an fsync. Every append of every contender is durable when it
 * counts.
 */
export async function logBench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-bench-'));
  const file = await open(join(folder, 'floor'), 'w');
  try {
    const contenders = [floor(file)];
    for (const appenders of [1, 64, 1024]) contenders.push(await logContender(folder, appenders));
    const sqlite = openSqlite(join(folder, 'sqlite.db'));
    if (sqlite !== undefined) {
      for (const inserts of [1, 64, 1024]) contenders.push(sqliteContender(sqlite, inserts));
    }
    const rates = await measureInRounds(contenders, rounds);
    sqlite?.close();
    const floorRate = rates.get(floorName) ?? NaN;
    const rows = [...rates].map(([name, rate]) => [name, rateText(rate), ratioText(rate / floorRate)]);
    if (sqlite === undefined) rows.push(['SQLite (better-sqlite3)', 'not installed', '']);
    printTable(
      `Durable appends of ${recordBytes} bytes, ${tmpdir()}`,
      ['contender', 'appends', 'to floor'],
      rows,
    );
  } finally {
    await file.close();
    await rm(folder, { recursive: true });
  }
}

const floorName = 'floor: write a sector, fsync';

/** Like the log, it makes one file longer and longer. */
function floor(file: FileHandle): Contender {
  const sector = new Uint8Array(512);
  let offset = 0;
  return {
    name: floorName,
    measure: () =>
      timed(syncsPerRound, async () => {
        for (let index = 0; index < syncsPerRound; index += 1) {
          await file.write(sector, 0, sector.length, offset);
          await file.sync();
          offset += sector.length;
        }
      }),
  };
}

/** So many appenders, each of which waits until its record is durable before it appends the next. */
async function logContender(folder: string, appenders: number): Promise<Contender> {
  const options = { directory: `log-${appenders}`, segmentBytes: 16 * 1024 * 1024 };
  const log = await openLog(nodePorts(folder), options, { snapshot: () => {}, record: () => {} });
  const name = appenders === 1 ? 'log, 1 appender' : `log, ${appenders} appenders (group commit)`;
  const appendEach = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) await appendOne(log);
  };
  return {
    name,
    measure: () =>
      timed(appenders * syncsPerRound, async () => {
        await Promise.all(Array.from({ length: appenders }, () => appendEach(syncsPerRound)));
      }),
  };
}

async function appendOne(log: Log): Promise<void> {
  await log.durable(log.append([record]).lastLsn);
}

function sqliteContender(database: SqliteDatabase, inserts: number): Contender {
  const insert = database.prepare('insert into records (bytes) values (?)');
  const commit = database.transaction(() => {
    for (let index = 0; index < inserts; index += 1) insert.run(record);
  });
  return {
    name: `SQLite WAL, synchronous=FULL, ${inserts} per commit`,
    measure: () =>
      timed(inserts * syncsPerRound, async () => {
        for (let index = 0; index < syncsPerRound; index += 1) commit();
      }),
  };
}

/** Undefined where better-sqlite3 is not installed: it is no dependency of this package. */
function openSqlite(path: string): SqliteDatabase | undefined {
  const require = createRequire(import.meta.url);
  let Database: new (path: string) => SqliteDatabase;
  try {
    Database = require('better-sqlite3');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('create table records (lsn integer primary key, bytes blob not null)');
  return database;
}

async function timed(operations: number, work: () => Promise<void>): Promise<number> {
  const startedNs = process.hrtime.bigint();
  await work();
  return (operations * 1e9) / Number(process.hrtime.bigint() - startedNs);
}
