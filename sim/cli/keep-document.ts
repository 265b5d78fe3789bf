import { type ExitCode, exitCode } from '../campaign/exit-code.js';
import { writeAtomically } from '../campaign/write-atomically.js';
import { writeErrorOf } from '../campaign/write-error.js';

/** Writes a document as JSON. When that fails, the document itself still reaches the caller, and says so. */
export function keepDocument<
  Document extends { readonly writeErrors: readonly string[]; readonly exit: ExitCode },
>(path: string, document: Document): Document {
  const writeError = writeErrorOf(() => writeAtomically(path, `${JSON.stringify(document, null, 2)}\n`));
  if (writeError === undefined) return document;
  const { exit, writeErrors } = document;
  return {
    ...document,
    writeErrors: [...writeErrors, writeError],
    exit: exit === exitCode.interrupted || exit === exitCode.terminated ? exit : exitCode.harnessFault,
  };
}
