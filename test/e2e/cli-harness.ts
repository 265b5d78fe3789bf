import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const rootFolder = resolve(import.meta.dirname, '../..');
const fixturePath = join(rootFolder, 'test/unit/campaign/fixtures/scenarios.ts');

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Its stderr has this text. */
  readonly said: (text: string) => Promise<void>;
}

/**
 * Builds the command line and its worker, with the test scenarios or the real ones. It stands inside the repository, so that it
 * finds its package as the built one does.
 */
export async function buildCommandLine(scenarios: 'test' | 'real'): Promise<string> {
  const outputFolder = join(rootFolder, '.reports', `cli-${scenarios}-${process.pid}`);
  await build({
    entryPoints: [join(rootFolder, 'sim/cli/main.ts'), join(rootFolder, 'sim/cli/worker.ts')],
    outdir: outputFolder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
    plugins: [
      {
        name: 'test-scenarios',
        setup: (bundle) => {
          if (scenarios === 'real') return;
          bundle.onResolve({ filter: /\/scenarios\/index\.js$/ }, () => ({ path: fixturePath }));
        },
      },
    ],
  });
  return join(outputFolder, 'main.js');
}

/** What `campaign.json` tells, without what depends on the machine's speed, or on how many workers there were. */
export function toldIn(outputFolder: string): string {
  const text = readFileSync(join(outputFolder, 'campaign.json'), 'utf8');
  return text.replaceAll(/"(wallMs|workerMs|workers)": \d+/g, '');
}

/** Starts a command in a folder. `stdio` is for its stdout and stderr. */
export function start(
  mainPath: string,
  args: readonly string[],
  folder: string,
  stdio: StdioOptions = ['ignore', 'pipe', 'pipe'],
): Started {
  const child = spawn(process.execPath, [mainPath, ...args], {
    cwd: folder,
    stdio,
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  const streams = { stdout: '', stderr: '' };
  const listeners: (() => void)[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      streams[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolved) => child.on('close', (code) => resolved({ code, ...streams })));
  const said = (text: string): Promise<void> =>
    new Promise((resolved) => {
      const look = (): void => {
        if (streams.stderr.includes(text)) resolved();
      };
      listeners.push(look);
      look();
    });
  return { child, ended, said };
}
