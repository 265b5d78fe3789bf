import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '../../src/log/log.js';
import { nodePorts } from '../../src/runtime/node/ports.js';
import { Floor } from './floor.js';
import { howToInstall, ifInstalled, requirePeer } from './peers.js';
import { type Contender, measureInRounds, ratePerSecond } from './rounds.js';
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
  const floor = await Floor.at(join(folder, 'floor'));
  try {
    const contenders: Contender[] = [{ name: Floor.title, measure: () => floor.measure(syncsPerRound) }];
    for (const appenders of [1, 64, 1024]) contenders.push(await logContender(folder, appenders));
    const sqlite = openSqlite(join(folder, 'sqlite.db'));
    if (sqlite !== undefined) {
      for (const inserts of [1, 64, 1024]) contenders.push(sqliteContender(sqlite, inserts));
    }
    const rates = await measureInRounds('log', contenders, rounds);
    sqlite?.close();
    const floorRate = rates.get(Floor.title) ?? NaN;
    const rows = [...rates].map(([name, rate]) => [name, rateText(rate), ratioText(rate / floorRate)]);
    if (sqlite === undefined) rows.push([`SQLite: ${howToInstall}`, 'not installed', '']);
    printTable(
      `Durable appends of ${recordBytes} bytes, ${tmpdir()}`,
      ['contender', 'appends', 'to floor'],
      rows,
    );
  } finally {
    await floor.close();
    await rm(folder, { recursive: true });
  }
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
      ratePerSecond(appenders * syncsPerRound, async () => {
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
      ratePerSecond(inserts * syncsPerRound, async () => {
        for (let index = 0; index < syncsPerRound; index += 1) commit();
      }),
  };
}

/** Undefined where better-sqlite3 is not installed. */
function openSqlite(path: string): SqliteDatabase | undefined {
  const Database = ifInstalled((): new (path: string) => SqliteDatabase => requirePeer('better-sqlite3'));
  if (Database === undefined) return undefined;
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('create table records (lsn integer primary key, bytes blob not null)');
  return database;
}
