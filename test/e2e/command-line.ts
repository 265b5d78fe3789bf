import type { StdioOptions } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { buildCommandLine, type Ended, start, type Started } from './cli-harness.js';

/** The command line as the tests of one file use it. Each command runs in the folder that is given, or in a new one. */
export interface CommandLine {
  /** Stands once the file's tests run. */
  readonly mainPath: string;
  readonly start: (args: readonly string[], folder?: string, stdio?: StdioOptions) => Started;
  readonly run: (args: readonly string[], folder?: string) => Promise<Ended>;
}

/** Builds the command line for the tests of one file, and takes it away after the last. */
export function commandLine(scenarios: 'test' | 'real'): CommandLine {
  let mainPath = '';
  beforeAll(async () => {
    mainPath = await buildCommandLine(scenarios);
  });
  afterAll(() => rmSync(dirname(mainPath), { recursive: true, force: true }));
  return {
    get mainPath() {
      return mainPath;
    },
    start: (args, folder = temporaryFolder(), stdio) => start(mainPath, args, folder, stdio),
    run: (args, folder = temporaryFolder()) => start(mainPath, args, folder).ended,
  };
}
