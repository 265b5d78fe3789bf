import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where Debian keeps what is not on the path. */
const packagedFolder = '/usr/lib/postgresql';

/** As it comes, and said again: nothing is acknowledged before it is on the disk. */
const settings = ['listen_addresses=', 'fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];

/** Whom the server runs as. It refuses to be root. */
type Identity = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** A PostgreSQL server of our own on this machine's disk, for as long as a benchmark takes. */
export class Postgres {
  readonly url: string;
  /** `PostgreSQL 15.18`. */
  readonly version: string;
  readonly #folder: string;
  readonly #server: ChildProcess;

  private constructor(folder: string, version: string, server: ChildProcess) {
    this.#folder = folder;
    this.#server = server;
    this.version = version;
    this.url = `postgresql://bench@localhost/bench?host=${folder}`;
  }

  /** Undefined where no PostgreSQL is installed. */
  static async start(): Promise<Postgres | undefined> {
    const programs = findPrograms();
    if (programs === undefined) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 'seaworthy-postgres-'));
    const identity = ordinaryIdentity();
    if ('uid' in identity) await chown(folder, identity.uid, identity.gid);
    const data = join(folder, 'data');
    const given = { ...identity, cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
    const initial = ['-D', data, '-U', 'bench', '--auth=trust', '-E', 'UTF8'];
    await promisify(execFile)(join(programs, 'initdb'), initial, given);
    const server = spawn(
      join(programs, 'postgres'),
      ['-D', data, '-k', folder, ...settings.flatMap((setting) => ['-c', setting])],
      { ...given, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await ready(server);
    const told = execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' });
    const version = `PostgreSQL ${/\d+(\.\d+)?/.exec(told)?.[0] ?? ''}`;
    return new Postgres(folder, version, server);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#server.once('exit', resolve));
    // Its fast shutdown.
    this.#server.kill('SIGINT');
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}

function findPrograms(): string | undefined {
  const versions = existsSync(packagedFolder) ? readdirSync(packagedFolder).toSorted().toReversed() : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    ...versions.map((version) => join(packagedFolder, version, 'bin')),
  ];
  return folders.find((folder) =>
    ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
  );
}

function ordinaryIdentity(): Identity {
  if (process.getuid?.() !== 0) return {};
  const idOf = (option: string): number => Number(execFileSync('id', [option, 'postgres']));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let told = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      told += String(chunk);
      if (told.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL did not start: ${told}`)));
  });
}
