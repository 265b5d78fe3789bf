import { DiskError, type DiskErrorCode, type DiskOperation } from '../disk.js';

const codeByErrno: ReadonlyMap<string, DiskErrorCode> = new Map([
  ['EAGAIN', 'EAGAIN'],
  ['EIO', 'EIO'],
  ['ENOSPC', 'ENOSPC'],
  ['EDQUOT', 'ENOSPC'],
  ['ENOENT', 'ENOENT'],
  ['EEXIST', 'EEXIST'],
]);

/** Tells a failure of the operating system in the port's terms. Only `ENOENT` itself is told as absence. */
export function diskFailure(operation: DiskOperation, path: string, cause: unknown): DiskError {
  if (cause instanceof DiskError) return cause;
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new DiskError(codeByErrno.get(errno) ?? 'EOTHER', operation, path, { cause });
}

/** Runs `work`; its failure becomes a {@link DiskError}. */
export async function asDiskCall<T>(
  operation: DiskOperation,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskFailure(operation, path, error);
  }
}
