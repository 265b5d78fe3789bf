/** The command line, or a file that it names, makes no sense: exit code 2. The message is one line and says what to do next. */
export class UsageError extends Error {
  readonly code = 'USAGE';
  override readonly name = 'UsageError';
}
