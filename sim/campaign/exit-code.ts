/** What a command's exit code says. Design section 5. */
export const exitCode = {
  /** Nothing was found, or what was asked for holds. */
  clean: 0,
  /** A failure was found, or it fails again. */
  found: 1,
  /** The command line or a file that it names makes no sense. */
  usage: 2,
  /** The harness failed: nondeterminism, a lost worker, a result that could not be written. */
  harnessFault: 3,
  /** Nothing was run, or what was run says nothing. */
  inconclusive: 4,
  /** Stopped by SIGINT. */
  interrupted: 130,
  /** Stopped by SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** What a command that was stopped by a signal exits with. */
export function signalExitCode(signal: 'SIGINT' | 'SIGTERM'): ExitCode {
  return signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
}

/** What decides the exit code of a campaign. */
export interface Outcome {
  readonly stoppedBy: 'SIGINT' | 'SIGTERM' | undefined;
  readonly harnessFault: boolean;
  readonly failures: number;
  readonly inconclusiveRuns: number;
  readonly runs: number;
}

/** A signal outranks everything, since the campaign did not end; a harness fault outranks failures, since it puts them in doubt. */
export function campaignExitCode(outcome: Outcome): ExitCode {
  if (outcome.stoppedBy !== undefined) return signalExitCode(outcome.stoppedBy);
  if (outcome.harnessFault) return exitCode.harnessFault;
  if (outcome.failures > 0) return exitCode.found;
  if (outcome.runs === 0 || outcome.inconclusiveRuns > 0) return exitCode.inconclusive;
  return exitCode.clean;
}
