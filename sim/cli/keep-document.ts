import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import { WriteError } from '../campaign/write-error.js';

/** Writes a document as JSON. When that fails, the document itself still reaches the caller, and says so. */
export function keepDocument<
  Document extends { readonly writeErrors: readonly string[]; readonly exit: ExitCode },
>(path: string, document: Document): Document {
  try {
    writeAtomically(path, `${JSON.stringify(document, null, 2)}\n`);
    return document;
  } catch (error) {
    const { exit, writeErrors } = document;
    return {
      ...document,
      writeErrors: [...writeErrors, new WriteError(path, error).message],
      exit: exit === exitCode.interrupted || exit === exitCode.terminated ? exit : exitCode.harnessFault,
    };
  }
}
