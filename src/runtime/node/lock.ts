import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskError, type DiskLock } from '../disk.js';
import { asDiskCall } from './disk-failure.js';

/** A process, told apart from a later one that was given the same number. */
interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in this boot of the machine. Empty where the system does not tell. */
  readonly start: string;
}

/**
 * Takes the lock at `absolutePath`: a directory with one claim, an empty file, per process that wants it. A
 * claim's name says whose it is. Whoever has made a claim and then finds no other live one has the lock; so
 * of two that try at once at most one gets it, and a dead process's claim can be removed without a race.
 * (Both may fail: `ELOCKED` may be tried again.)
 *
 * Holds among the processes of one machine that see each other's process ids, and until the process ends:
 * the death of a thread releases nothing.
 *
 * @throws DiskError `ELOCKED` while another live holder, in this process or another, has it.
 */
export async function takeLock(absolutePath: string, path: string): Promise<DiskLock> {
  return asDiskCall('lock', path, async () => {
    await makeClaimDirectory(absolutePath);
    const self = await identify(process.pid);
    const claim = [self?.pid ?? process.pid, self?.start ?? '', randomUUID()].join('-');
    await (await open(join(absolutePath, claim), 'wx')).close();
    for (const other of await readdir(absolutePath)) {
      if (other === claim) continue;
      if (await isAlive(other)) {
        await unlink(join(absolutePath, claim));
        const [pid = ''] = other.split('-');
        throw new DiskError('ELOCKED', 'lock', path, { cause: new Error(`process ${pid} has it`) });
      }
      await removeDeadClaim(join(absolutePath, other));
    }
    return new NodeLock(join(absolutePath, claim), path);
  });
}

class NodeLock implements DiskLock {
  readonly #claimPath: string;
  readonly #path: string;
  #isHeld = true;

  constructor(claimPath: string, path: string) {
    this.#claimPath = claimPath;
    this.#path = path;
  }

  release(): Promise<void> {
    return asDiskCall('lock', this.#path, async () => {
      if (!this.#isHeld) throw new DiskError('ECLOSED', 'lock', this.#path);
      this.#isHeld = false;
      await unlink(this.#claimPath);
    });
  }
}

async function makeClaimDirectory(absolutePath: string): Promise<void> {
  try {
    await mkdir(absolutePath);
  } catch (error) {
    if (!hasErrno(error, 'EEXIST')) throw error;
  }
}

async function removeDeadClaim(claimPath: string): Promise<void> {
  try {
    await unlink(claimPath);
  } catch (error) {
    // Somebody else has removed it.
    if (!hasErrno(error, 'ENOENT')) throw error;
  }
}

/** Whether the process that made the claim still runs. A claim that cannot be read is held to be alive. */
async function isAlive(claim: string): Promise<boolean> {
  const [pidText, start = ''] = claim.split('-');
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0) return true;
  const now = await identify(pid);
  return now !== undefined && (start === '' || now.start === '' || now.start === start);
}

/** The process that has this number now; undefined when there is none. */
async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  if (process.platform === 'linux') return identifyOnLinux(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (hasErrno(error, 'ESRCH')) return undefined;
  }
  return { pid, start: '' };
}

async function identifyOnLinux(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const [status, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // After the last parenthesis, which ends the command's name: state first, start time in clock ticks
    // twentieth.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const isZombie = fields[0] === 'Z';
    return isZombie ? undefined : { pid, start: `${boot.slice(0, 8)}.${fields[19] ?? ''}` };
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || hasErrno(error, 'ESRCH')) return undefined;
    throw error;
  }
}

function hasErrno(error: unknown, errno: string): boolean {
  return error instanceof Error && 'code' in error && error.code === errno;
}
