/** A file cannot be written: exit code 3. The message is one line. */
export class WriteError extends Error {
  readonly code = 'WRITE_FAILED';
  override readonly name = 'WriteError';

  constructor(path: string, cause: unknown) {
    super(`cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Why `write` could not write; undefined when it could. */
export function writeErrorOf(write: () => void): string | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    return error.message;
  }
}
